package io.waybill.engine;

import io.waybill.format.v1.OperatorVitals;
import io.waybill.format.v1.TaskReport;
import io.waybill.format.v1.Vitals;
import io.waybill.store.LocalStores.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a thread and its tasks did over the last seconds, for people who look at the pipeline anywhere: told in a window of
 * its own pace, so that a report of it is not written with every change. One thread.
 */
final class VitalSigns {

    private static final Duration WINDOW = Duration.ofSeconds(5);
    private static final double NANOS_OF_SECOND = 1e9;
    private static final int PERCENT = 100;
    /** Rates are told to a tenth. */
    private static final double TENTHS = 10;

    private Window window = new Window();
    private Instant endsAt = Instant.EPOCH;
    private Vitals told = Vitals.getDefaultInstance();
    private Map<TaskId, TaskReport> toldOfTasks = Map.of();

    private record Called(String stage, String operator) {}

    private static final class Window {
        private ThreadFigures time = ThreadFigures.NONE;
        private final Map<Called, OperatorFigures> operators = new LinkedHashMap<>();
        private final Map<TaskId, Long> settled = new HashMap<>();
        private long checkpoints;
        private Duration checkpointTime = Duration.ZERO;
    }

    void committed(Duration took, List<TaskCounts> counts) {
        window.checkpoints++;
        window.checkpointTime = window.checkpointTime.plus(took);
        counts.forEach(task -> window.settled.merge(task.task(), task.settled(), Long::sum));
    }

    void seen(Instant now, ThreadFigures time, List<TaskFigures> tasks) {
        window.time = window.time.plus(time);
        for (TaskFigures task : tasks) {
            for (OperatorFigures operator : task.operators()) {
                window.operators.merge(new Called(task.task().stage(), operator.operator()), operator, VitalSigns::sum);
            }
        }
        if (!now.isBefore(endsAt)) {
            told = ofThread(window);
            toldOfTasks = ofTasks(window, tasks);
            window = new Window();
            endsAt = now.plus(WINDOW);
        }
    }

    private static OperatorFigures sum(OperatorFigures one, OperatorFigures other) {
        return new OperatorFigures(
                one.operator(), one.calls() + other.calls(), one.time().plus(other.time()));
    }

    private static Vitals ofThread(Window window) {
        Duration all = window.time.all();
        Vitals.Builder vitals = Vitals.newBuilder()
                .setBusyPercent(percent(window.time.busy(), all))
                .setCommittingPercent(percent(window.time.committing(), all))
                .setBackpressuredPercent(percent(window.time.backpressured(), all))
                .setCheckpointMicros(mean(window.checkpointTime, window.checkpoints));
        window.operators.forEach((called, figures) -> vitals.addOperators(OperatorVitals.newBuilder()
                .setStage(called.stage())
                .setOperator(called.operator())
                .setPerSecond(rate(figures.calls(), all))
                .setBusyPercent(percent(figures.time(), all))
                .setMeanMicros(mean(figures.time(), figures.calls()))));
        return vitals.build();
    }

    private static Map<TaskId, TaskReport> ofTasks(Window window, List<TaskFigures> tasks) {
        Map<TaskId, TaskReport> told = new HashMap<>();
        for (TaskFigures task : tasks) {
            TaskReport.Builder report = TaskReport.newBuilder()
                    .setPerSecond(rate(window.settled.getOrDefault(task.task(), 0L), window.time.all()))
                    .setBound(bound(task));
            Long lag = task.lag();
            if (lag != null) {
                report.setLag(lag);
            }
            told.put(task.task(), report.build());
        }
        return told;
    }

    private static TaskReport.Bound bound(TaskFigures task) {
        return switch (task.bound()) {
            case null -> TaskReport.Bound.NONE;
            case WAITING_ROOM -> TaskReport.Bound.WAITING_ROOM;
            case STAGED_ROWS -> TaskReport.Bound.STAGED_ROWS;
            case TARGET -> TaskReport.Bound.TARGET;
            case RATE_LIMIT -> TaskReport.Bound.RATE_LIMIT;
            case CALLS -> TaskReport.Bound.CALLS;
        };
    }

    private static int percent(Duration part, Duration all) {
        return all.isZero() ? 0 : (int) Math.round((double) PERCENT * part.toNanos() / all.toNanos());
    }

    private static double rate(long count, Duration all) {
        return all.isZero() ? 0 : Math.round(TENTHS * count * NANOS_OF_SECOND / all.toNanos()) / TENTHS;
    }

    private static long mean(Duration all, long count) {
        return count == 0 ? 0 : all.dividedBy(count).toNanos() / 1_000;
    }

    /** Of the last window that is over. */
    Vitals ofThread() {
        return told;
    }

    /** Adds what is told of a task. */
    void tell(TaskId task, TaskReport.Builder report) {
        report.mergeFrom(toldOfTasks.getOrDefault(task, TaskReport.getDefaultInstance()));
    }
}
