package io.waybill.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.sink.Applied;
import io.waybill.sink.Applier;
import io.waybill.sink.Rejection;
import io.waybill.sink.SinkScope;
import io.waybill.sink.StagedRow;
import io.waybill.sink.StagedTarget;
import io.waybill.sink.Standing;
import io.waybill.sink.Turn;
import io.waybill.sink.Unavailable;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What every target of a staged sink must do. A subclass names one, which takes texts, and is run like any test. Each test
 * uses names of its own, so all can share one database.
 */
public abstract class StagedTargetContract {

    private static final int MOST_TRIES = 100;

    private final SinkScope scope = new SinkScope("contract-" + UUID.randomUUID(), "rows");
    private final String log = "log-" + UUID.randomUUID();

    /** A target that is there, and stays the same within one test. */
    protected abstract StagedTarget<String> target();

    /** The rows that others can see now, of all that this test has written, in the order in which they were applied. */
    protected abstract List<String> applied();

    /** A row that it never takes. */
    protected abstract String refused();

    private Applier<String> open() {
        return open(0);
    }

    private Applier<String> open(int partition) {
        return target().open(scope, partition);
    }

    private Turn turn(long from, long next) {
        return new Turn(log, from, next, 0);
    }

    private static List<StagedRow<String>> rows(long offset, String... values) {
        return IntStream.range(0, values.length)
                .mapToObj(n -> (StagedRow<String>) new Row(offset + n, values[n]))
                .toList();
    }

    private record Row(long offset, String value) implements StagedRow<String> {}

    /** What may pass is asked again, as an engine does. */
    private static <R> R answered(Supplier<R> call) {
        R answer = call.get();
        for (int i = 0; answer instanceof Unavailable && i < MOST_TRIES; i++) {
            answer = call.get();
        }
        return answer;
    }

    private void assertStands(Applier<String> applier, long next, Rejection... rejected) {
        assertThat(answered(() -> applier.standing(log))).isEqualTo(new Standing.At(next, Arrays.asList(rejected)));
    }

    @Test
    public void knowsNothingOfALogBeforeItsFirstRow() {
        try (Applier<String> applier = open()) {
            assertThat(answered(() -> applier.standing(log))).isEqualTo(new Standing.Nowhere());
        }
    }

    @Test
    public void appliesRowsInTheirOrderAndTellsHowFar() {
        try (Applier<String> applier = open()) {
            assertThat(answered(() -> applier.standing(log))).isEqualTo(new Standing.Nowhere());
            assertThat(answered(() -> applier.apply(turn(Turn.NOTHING, 7), rows(4, "a", "b", "c"))))
                    .isEqualTo(new Applied.Done());
            assertThat(answered(() -> applier.apply(turn(7, 10), rows(9, "d")))).isEqualTo(new Applied.Done());
            assertStands(applier, 10);
        }
        assertThat(applied()).containsExactly("a", "b", "c", "d");
    }

    @Test
    public void writesNothingWhereItsProgressStandsElsewhere() {
        try (Applier<String> applier = open();
                Applier<String> rival = open()) {
            assertThat(answered(() -> applier.standing(log))).isEqualTo(new Standing.Nowhere());
            assertThat(answered(() -> applier.apply(turn(Turn.NOTHING, 2), rows(0, "a", "b"))))
                    .isEqualTo(new Applied.Done());
            assertThat(answered(() -> rival.apply(turn(Turn.NOTHING, 2), rows(0, "a", "b"))))
                    .isEqualTo(new Applied.OutOfTurn());
            assertThat(answered(() -> rival.apply(turn(1, 3), rows(2, "c")))).isEqualTo(new Applied.OutOfTurn());
            assertThat(answered(() -> rival.reject(turn(1, 3), new Rejection(2, "NO", "no"))))
                    .isEqualTo(new Applied.OutOfTurn());
            assertStands(applier, 2);
        }
        assertThat(applied()).containsExactly("a", "b");
    }

    @Test
    public void refusesARowAndWritesNoneOfItsBatch() {
        try (Applier<String> applier = open()) {
            assertThat(answered(() -> applier.standing(log))).isEqualTo(new Standing.Nowhere());
            Applied answer = answered(() -> applier.apply(turn(Turn.NOTHING, 3), rows(0, "a", refused(), "c")));
            assertThat(answer).isInstanceOf(Applied.Refused.class);
            Applied.Refused refusal = (Applied.Refused) answer;
            assertThat(refusal.rejection().message()).isNotEmpty();
            if (refusal.known()) {
                assertThat(refusal.rejection().offset()).isEqualTo(1);
            }
            assertThat(answered(() -> applier.standing(log))).isEqualTo(new Standing.Nowhere());
            assertThat(applied()).isEmpty();
            assertThat(answered(() -> applier.apply(turn(Turn.NOTHING, 1), rows(0, "a"))))
                    .isEqualTo(new Applied.Done());
            assertThat(answered(() -> applier.apply(turn(1, 2), rows(1, refused()))))
                    .isInstanceOf(Applied.Refused.class);
            assertStands(applier, 1);
        }
    }

    @Test
    public void keepsARejectionUntilItWasTold() {
        Rejection rejection = new Rejection(0, Rejection.BY_TARGET, "it's not \"welcome\"");
        try (Applier<String> applier = open();
                Applier<String> other = open()) {
            assertThat(answered(() -> applier.standing(log))).isEqualTo(new Standing.Nowhere());
            assertThat(answered(() -> applier.reject(turn(Turn.NOTHING, 1), rejection)))
                    .isEqualTo(new Applied.Done());
            assertStands(applier, 1, rejection);
            assertThat(answered(() -> applier.apply(turn(1, 2), rows(1, "b")))).isEqualTo(new Applied.Done());
            assertStands(other, 2, rejection);
            assertThat(answered(() -> other.apply(new Turn(log, 2, 3, 1), rows(2, "c"))))
                    .isEqualTo(new Applied.Done());
            assertStands(applier, 3);
        }
        assertThat(applied()).containsExactly("b", "c");
    }

    @Test
    public void keepsPartitionsAndLogsApart() {
        try (Applier<String> first = open(0);
                Applier<String> second = open(1)) {
            assertThat(answered(() -> first.standing(log))).isEqualTo(new Standing.Nowhere());
            assertThat(answered(() -> first.apply(turn(Turn.NOTHING, 5), rows(4, "a"))))
                    .isEqualTo(new Applied.Done());
            assertThat(answered(() -> second.standing(log))).isEqualTo(new Standing.Nowhere());
            assertThat(answered(() -> first.standing("another-" + log))).isEqualTo(new Standing.Nowhere());
            assertThat(answered(() -> second.apply(turn(Turn.NOTHING, 1), rows(0, "b"))))
                    .isEqualTo(new Applied.Done());
            assertStands(first, 5);
            assertStands(second, 1);
        }
    }

    @Test
    public void namesARowWhoseValueCannotBeRead() {
        try (Applier<String> applier = open()) {
            assertThat(answered(() -> applier.standing(log))).isEqualTo(new Standing.Nowhere());
            List<StagedRow<String>> batch = List.of(new Row(3, "a"), new Unreadable(4));
            Applied answer = answered(() -> applier.apply(turn(Turn.NOTHING, 5), batch));
            assertThat(answer).isInstanceOfSatisfying(Applied.Refused.class, refused -> {
                assertThat(refused.known()).isTrue();
                assertThat(refused.rejection().offset()).isEqualTo(4);
                assertThat(refused.rejection().message()).contains("unreadable");
            });
        }
        assertThat(applied()).isEmpty();
    }

    private record Unreadable(long offset) implements StagedRow<String> {

        @Override
        public String value() {
            throw new IllegalStateException("unreadable");
        }
    }
}
