package io.waybill.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.pipeline.FailurePolicy;
import io.waybill.pipeline.Operator;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class OperatorTimesTest {

    private Instant now = Instant.parse("2026-11-27T12:00:00Z");
    private final OperatorTimes times = new OperatorTimes(
            () -> now,
            List.of(
                    new Operator.Map("first", FailurePolicy.deadLetter(), value -> value),
                    new Operator.Map("second", FailurePolicy.deadLetter(), value -> value)));

    private void pass(int millis) {
        now = now.plusMillis(millis);
    }

    /** Two milliseconds in the first operator, five in the second. */
    private int runs(int count) {
        int measured = 0;
        for (int i = 0; i < count; i++) {
            Laps laps = times.next();
            if (laps != null) {
                measured++;
                laps.enter(0);
                pass(2);
                laps.enter(1);
                pass(5);
                laps.end();
                pass(100);
                times.add(laps);
            }
        }
        return measured;
    }

    @Test
    void the_time_of_each_operator_is_its_own() {
        assertThat(runs(10)).isEqualTo(10);
        assertThat(times.drained())
                .containsExactly(
                        new OperatorFigures("first", 10, Duration.ofMillis(20)),
                        new OperatorFigures("second", 10, Duration.ofMillis(50)));
        assertThat(times.drained()).allMatch(operator -> operator.calls() == 0);
    }

    @Test
    void one_that_is_called_again_after_those_behind_it_goes_on_with_its_own_time() {
        Laps laps = Objects.requireNonNull(times.next());
        laps.enter(0);
        pass(1);
        laps.enter(1);
        pass(10);
        laps.backTo(0);
        pass(1);
        laps.enter(1);
        pass(10);
        laps.end();
        times.add(laps);
        assertThat(times.drained())
                .containsExactly(
                        new OperatorFigures("first", 1, Duration.ofMillis(2)),
                        new OperatorFigures("second", 2, Duration.ofMillis(20)));
    }

    @Test
    void where_there_are_many_runs_some_stand_for_the_others() {
        runs(100_000);
        times.drained();
        assertThat(runs(100_000)).isBetween(900, 1_100);
        List<OperatorFigures> figures = times.drained();
        assertThat(figures.getFirst().calls()).isBetween(99_000L, 101_000L);
        assertThat(figures.getFirst().time())
                .isEqualTo(Duration.ofMillis(2 * figures.getFirst().calls()));
    }

    @Test
    void once_they_are_few_again_all_are_measured() {
        runs(100_000);
        times.drained();
        runs(10);
        times.drained();
        assertThat(runs(10)).isEqualTo(10);
    }
}
