package io.waybill.starter.engine;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.waybill.engine.Probe;
import io.waybill.engine.RestoreProgress;
import io.waybill.engine.TaskCounts;
import io.waybill.engine.TaskFigures;
import io.waybill.engine.ThreadFigures;
import io.waybill.store.LocalStores.TaskId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;

/**
 * Meters of each task (docs/reference/metrics.md). Counters grow once a checkpoint, gauges change once a second, never a
 * record. The gauges of a task that moves away go with it; its counters stay.
 */
final class TaskMetrics implements Probe {

    private static final double MILLIS_OF_SECOND = 1_000;

    private final Probe next;
    private final MeterRegistry registry;
    private final TimeMeters timeMeters;
    private final Map<String, Timer> checkpoints = new ConcurrentHashMap<>();
    private final Map<TaskId, Counts> counts = new ConcurrentHashMap<>();
    private final Map<TaskId, TaskFigures> figures = new ConcurrentHashMap<>();
    private final Map<TaskId, List<Meter>> gauges = new HashMap<>();
    private final Map<String, Set<TaskId>> byThread = new HashMap<>();

    TaskMetrics(Probe next, MeterRegistry registry) {
        this.next = next;
        this.registry = registry;
        this.timeMeters = new TimeMeters(registry);
    }

    private record Counts(Counter taken, Counter settled, Counter deadLetters, Counter duplicates) {}

    @Override
    public void calling(String pipeline, String operator, int more) {
        next.calling(pipeline, operator, more);
    }

    @Override
    public void called(String pipeline, String operator, CallEnd end, Duration time) {
        next.called(pipeline, operator, end, time);
    }

    @Override
    public void at(Point point, String subject) {
        next.at(point, subject);
    }

    @Override
    public void restored(TaskId task, RestoreProgress progress) {
        next.restored(task, progress);
    }

    @Override
    public void committed(String pipeline, Duration time, List<TaskCounts> tasks) {
        checkpoints
                .computeIfAbsent(
                        pipeline,
                        p -> Timer.builder("waybill.checkpoint")
                                .tag("pipeline", p)
                                .description(
                                        "checkpoints: how many, and how long from the beginning of the commit to the stores")
                                .register(registry))
                .record(time);
        for (TaskCounts task : tasks) {
            Counts counters = counts.computeIfAbsent(task.task(), this::counters);
            counters.taken().increment((double) task.takenUp());
            counters.settled().increment((double) task.settled());
            counters.deadLetters().increment((double) task.deadLetters());
            counters.duplicates().increment((double) task.duplicates());
        }
        next.committed(pipeline, time, tasks);
    }

    private Counts counters(TaskId task) {
        return new Counts(
                counter("waybill.records.taken", task, "records, orders and timers that were taken up"),
                counter("waybill.records.settled", task, "records, orders and timers that came to their end"),
                counter("waybill.dead.letters", task, "dead letters that were captured"),
                counter("waybill.duplicates", task, "duplicates that were recognised and dropped"));
    }

    private Counter counter(String name, TaskId task, String description) {
        return Counter.builder(name).tags(tags(task)).description(description).register(registry);
    }

    static Tags tags(TaskId task) {
        return Tags.of("pipeline", task.pipeline(), "stage", task.stage(), "partition", "" + task.partition());
    }

    @Override
    public void seen(String pipeline, String thread, ThreadFigures time, List<TaskFigures> tasks) {
        show(pipeline + "/" + thread, tasks);
        timeMeters.count(pipeline, thread, time, tasks);
        next.seen(pipeline, thread, time, tasks);
    }

    /** A task that moved to another thread of this process meanwhile is that one's. */
    private synchronized void show(String thread, List<TaskFigures> tasks) {
        Set<TaskId> now = new HashSet<>();
        for (TaskFigures task : tasks) {
            now.add(task.task());
            figures.put(task.task(), task);
            gauges.computeIfAbsent(task.task(), this::gauges);
        }
        Set<TaskId> gone = new HashSet<>(byThread.getOrDefault(thread, Set.of()));
        byThread.put(thread, now);
        byThread.values().forEach(gone::removeAll);
        for (TaskId task : gone) {
            figures.remove(task);
            gauges.getOrDefault(task, List.of()).forEach(registry::remove);
            gauges.remove(task);
        }
    }

    private List<Meter> gauges(TaskId task) {
        List<Meter> all = new ArrayList<>();
        all.add(gauge("waybill.task.oldest", "seconds", task, "age of the record that the task is at", seen -> {
            Duration oldest = seen.oldest();
            return oldest == null ? 0 : oldest.toMillis() / MILLIS_OF_SECOND;
        }));
        all.add(gauge("waybill.task.lag", "records", task, "records of the input that are not taken up", seen -> {
            Long lag = seen.lag();
            return lag == null ? Double.NaN : lag;
        }));
        all.add(gauge(
                "waybill.task.queued",
                "records",
                task,
                "records in memory that are not taken up",
                TaskFigures::queued));
        all.add(gauge(
                "waybill.waiting.records",
                "records",
                task,
                "records, parts, timers and orders in the waiting room",
                TaskFigures::waiting));
        all.add(gauge(
                "waybill.waiting.oldest",
                "seconds",
                task,
                "how long the one waits that waits for longest",
                seen -> seen.longestWait().toMillis() / MILLIS_OF_SECOND));
        all.add(gauge(
                "waybill.task.held",
                "tasks",
                task,
                "1 while a record's next try keeps all others, since the waiting room is full",
                seen -> seen.held() ? 1 : 0));
        all.add(gauge(
                "waybill.task.stopped",
                "tasks",
                task,
                "1 while a failure policy has stopped it",
                seen -> seen.stopped() ? 1 : 0));
        return all;
    }

    private Gauge gauge(
            String name, String unit, TaskId task, String description, ToDoubleFunction<TaskFigures> figure) {
        return Gauge.builder(name, figures, all -> {
                    TaskFigures seen = all.get(task);
                    return seen == null ? Double.NaN : figure.applyAsDouble(seen);
                })
                .tags(tags(task))
                .baseUnit(unit)
                .description(description)
                .register(registry);
    }
}
