package io.waybill.dedup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.dedup.IdFilter.Mask;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class IdFilterTest {

    private static final int IDS = 100_000;

    private final IdFilter filter = IdFilter.forIds(IDS);

    private static long hash(int number) {
        return IdEntries.hash(("payment-" + number).getBytes(UTF_8));
    }

    @Test
    void it_holds_what_it_was_given_and_hardly_anything_else() {
        IntStream.range(0, IDS).forEach(id -> filter.add(Mask.of(hash(id))));

        assertThat(IntStream.range(0, IDS)).allMatch(id -> filter.mayHold(Mask.of(hash(id))));
        assertThat(IntStream.range(IDS, 11 * IDS)
                        .filter(id -> filter.mayHold(Mask.of(hash(id))))
                        .count())
                .as("of a million others")
                .isLessThan(2_000);
    }
}
