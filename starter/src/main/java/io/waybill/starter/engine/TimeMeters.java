package io.waybill.starter.engine;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.waybill.engine.Bound;
import io.waybill.engine.OperatorFigures;
import io.waybill.engine.TaskFigures;
import io.waybill.engine.ThreadFigures;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Counts where the time goes (docs/reference/metrics.md): of threads, of operators, of tasks that a bound holds back. */
final class TimeMeters {

    private static final double NANOS_OF_SECOND = 1e9;

    private final MeterRegistry registry;

    TimeMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    void count(String pipeline, String thread, ThreadFigures time, List<TaskFigures> tasks) {
        Tags tags = Tags.of("pipeline", pipeline, "thread", thread);
        spent(tags, "busy", time.busy());
        spent(tags, "committing", time.committing());
        spent(tags, "backpressured", time.backpressured());
        spent(tags, "idle", time.idle());
        for (TaskFigures task : tasks) {
            task.operators().forEach(operator -> ran(task, operator));
            Bound bound = task.bound();
            if (bound != null) {
                seconds(
                                "waybill.task.bound",
                                TaskMetrics.tags(task.task()).and("bound", name(bound)),
                                "time in which a bound kept the task from its input")
                        .increment(seconds(time.all()));
            }
        }
    }

    private void spent(Tags tags, String use, Duration time) {
        seconds("waybill.thread.time", tags.and("use", use), "what the processing thread did with its time")
                .increment(seconds(time));
    }

    private void ran(TaskFigures task, OperatorFigures operator) {
        Tags tags = Tags.of(
                "pipeline", task.task().pipeline(),
                "stage", task.task().stage(),
                "operator", operator.operator());
        Counter.builder("waybill.operator.calls")
                .tags(tags)
                .description("how often the operator was entered")
                .register(registry)
                .increment((double) operator.calls());
        seconds("waybill.operator.time", tags, "time in the operator").increment(seconds(operator.time()));
    }

    private Counter seconds(String name, Tags tags, String description) {
        return Counter.builder(name)
                .tags(tags)
                .baseUnit("seconds")
                .description(description)
                .register(registry);
    }

    private static double seconds(Duration time) {
        return time.toNanos() / NANOS_OF_SECOND;
    }

    private static String name(Bound bound) {
        return bound.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
