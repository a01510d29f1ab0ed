package io.waybill.starter.engine;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.waybill.engine.Probe;
import io.waybill.engine.RestoreProgress;
import io.waybill.engine.TaskCounts;
import io.waybill.engine.TaskFigures;
import io.waybill.engine.ThreadFigures;
import io.waybill.store.LocalStores.TaskId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counts what tasks restore from their changelogs; all else goes to the application's own probe. */
final class RestoreMetrics implements Probe {

    private static final String PIPELINE = "pipeline";
    private static final RestoreProgress NOTHING = new RestoreProgress(0, 0, 0, Duration.ZERO);

    private final Probe next;
    private final MeterRegistry registry;
    private final Map<TaskId, RestoreProgress> running = new ConcurrentHashMap<>();

    RestoreMetrics(Probe next, MeterRegistry registry, Iterable<String> pipelines) {
        this.next = next;
        this.registry = registry;
        for (String pipeline : pipelines) {
            Gauge.builder("waybill.restore.remaining", running, tasks -> remaining(tasks, pipeline))
                    .tag(PIPELINE, pipeline)
                    .description("offsets of changelogs that tasks have still to read before they run")
                    .register(registry);
        }
    }

    private static double remaining(Map<TaskId, RestoreProgress> tasks, String pipeline) {
        return tasks.entrySet().stream()
                .filter(task -> task.getKey().pipeline().equals(pipeline))
                .mapToLong(task -> task.getValue().remaining())
                .sum();
    }

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
        RestoreProgress before = running.getOrDefault(task, NOTHING);
        boolean anew = progress.records() < before.records();
        count("waybill.restore.records", task, progress.records() - (anew ? 0 : before.records()));
        count("waybill.restore.bytes", task, progress.bytes() - (anew ? 0 : before.bytes()));
        if (progress.remaining() == 0) {
            running.remove(task);
        } else {
            running.put(task, progress);
        }
        next.restored(task, progress);
    }

    @Override
    public void committed(String pipeline, Duration time, List<TaskCounts> counts) {
        next.committed(pipeline, time, counts);
    }

    @Override
    public void seen(String pipeline, String thread, ThreadFigures time, List<TaskFigures> tasks) {
        next.seen(pipeline, thread, time, tasks);
    }

    private void count(String name, TaskId task, long amount) {
        Counter.builder(name).tag(PIPELINE, task.pipeline()).register(registry).increment((double) amount);
    }
}
