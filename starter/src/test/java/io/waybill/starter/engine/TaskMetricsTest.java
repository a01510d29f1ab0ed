package io.waybill.starter.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waybill.engine.Bound;
import io.waybill.engine.OperatorFigures;
import io.waybill.engine.Probe;
import io.waybill.engine.TaskCounts;
import io.waybill.engine.TaskFigures;
import io.waybill.engine.ThreadFigures;
import io.waybill.store.LocalStores.TaskId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TaskMetricsTest {

    private static final TaskId TASK = new TaskId("orders", "accounts", 3);

    private static final ThreadFigures SECOND = new ThreadFigures(
            Duration.ofMillis(500), Duration.ofMillis(100), Duration.ofMillis(150), Duration.ofMillis(250));

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final TaskMetrics metrics = new TaskMetrics(Probe.NONE, registry);

    private static TaskFigures figures(@Nullable Long lag, boolean held) {
        return new TaskFigures(
                TASK,
                Duration.ofMillis(1_500),
                7,
                lag,
                held,
                false,
                4,
                Duration.ofMillis(2_500),
                held ? Bound.WAITING_ROOM : null,
                List.of(new OperatorFigures("call", 20, Duration.ofMillis(100))));
    }

    private double gauge(String name) {
        return registry.get(name)
                .tags("pipeline", "orders", "stage", "accounts", "partition", "3")
                .gauge()
                .value();
    }

    private double counter(String name) {
        return registry.get(name).tags("stage", "accounts").counter().count();
    }

    @Test
    void counts_what_checkpoints_committed() {
        metrics.committed("orders", Duration.ofMillis(20), List.of(new TaskCounts(TASK, 5, 4, 1, 2)));
        metrics.committed("orders", Duration.ofMillis(40), List.of(new TaskCounts(TASK, 1, 2, 0, 0)));

        assertThat(counter("waybill.records.taken")).isEqualTo(6);
        assertThat(counter("waybill.records.settled")).isEqualTo(6);
        assertThat(counter("waybill.dead.letters")).isEqualTo(1);
        assertThat(counter("waybill.duplicates")).isEqualTo(2);
        assertThat(registry.get("waybill.checkpoint").timer().count()).isEqualTo(2);
        assertThat(registry.get("waybill.checkpoint").timer().totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(60);
    }

    @Test
    void shows_how_a_task_stands() {
        metrics.seen("orders", "a", SECOND, List.of(figures(12L, true)));

        assertThat(gauge("waybill.task.oldest")).isEqualTo(1.5);
        assertThat(gauge("waybill.task.lag")).isEqualTo(12);
        assertThat(gauge("waybill.task.queued")).isEqualTo(7);
        assertThat(gauge("waybill.task.held")).isEqualTo(1);
        assertThat(gauge("waybill.task.stopped")).isZero();
        assertThat(gauge("waybill.waiting.records")).isEqualTo(4);
        assertThat(gauge("waybill.waiting.oldest")).isEqualTo(2.5);
        metrics.seen("orders", "a", SECOND, List.of(figures(null, false)));
        assertThat(gauge("waybill.task.lag")).isNaN();
        assertThat(gauge("waybill.task.held")).isZero();
    }

    @Test
    void counts_where_the_time_goes() {
        metrics.seen("orders", "a", SECOND, List.of(figures(12L, true)));
        metrics.seen("orders", "a", SECOND, List.of(figures(12L, false)));

        assertThat(spent("busy")).isEqualTo(1);
        assertThat(spent("committing")).isEqualTo(0.2);
        assertThat(spent("backpressured")).isEqualTo(0.3);
        assertThat(spent("idle")).isEqualTo(0.5);
        assertThat(registry.get("waybill.operator.calls")
                        .tag("operator", "call")
                        .counter()
                        .count())
                .isEqualTo(40);
        assertThat(registry.get("waybill.operator.time")
                        .tag("operator", "call")
                        .counter()
                        .count())
                .isEqualTo(0.2);
        assertThat(registry.get("waybill.task.bound")
                        .tags("bound", "waiting-room", "partition", "3")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    private double spent(String use) {
        return registry.get("waybill.thread.time")
                .tags("pipeline", "orders", "thread", "a", "use", use)
                .counter()
                .count();
    }

    @Test
    void forgets_a_task_that_moved_away_but_not_one_that_moved_to_a_sibling() {
        metrics.seen("orders", "a", SECOND, List.of(figures(12L, false)));
        metrics.seen("orders", "b", SECOND, List.of(figures(11L, false)));
        metrics.seen("orders", "a", SECOND, List.of());
        assertThat(gauge("waybill.task.lag")).isEqualTo(11);

        metrics.seen("orders", "b", SECOND, List.of());
        assertThat(registry.find("waybill.task.lag").gauges()).isEmpty();
    }
}
