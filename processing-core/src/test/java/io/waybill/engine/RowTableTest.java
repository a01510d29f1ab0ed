package io.waybill.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compared with the map of the platform that keeps the order of insertion. */
class RowTableTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void holds_what_a_map_holds_in_the_same_order(long seed) {
        Random random = new Random(seed);
        RowTable<Integer> table = new RowTable<>();
        Map<String, Integer> expected = new LinkedHashMap<>();
        for (int step = 0; step < 20_000; step++) {
            String key = "k" + random.nextInt(3_000);
            if (random.nextInt(4_000) == 0) {
                table.clear();
                expected.clear();
            } else if (random.nextBoolean()) {
                assertThat(table.put(row(key), step)).isEqualTo(expected.put(key, step));
            }
            assertThat(table.get(row(key))).isEqualTo(expected.get(key));
            assertThat(table.size()).isEqualTo(expected.size());
            assertThat(table.isEmpty()).isEqualTo(expected.isEmpty());
        }
        List<String> keys = new ArrayList<>();
        table.forEach((key, value) -> keys.add(new String(key.bytes(), UTF_8) + "=" + value));
        assertThat(keys)
                .isNotEmpty()
                .containsExactlyElementsOf(expected.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .toList());
    }

    private static RowKey row(String key) {
        return new RowKey(key.getBytes(UTF_8));
    }
}
