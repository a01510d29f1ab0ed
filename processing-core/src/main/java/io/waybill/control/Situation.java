package io.waybill.control;

import io.waybill.format.v1.StageShape;
import io.waybill.format.v1.TaskReport;
import io.waybill.format.v1.ThreadReport;
import io.waybill.format.v1.Vitals;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What threads report, as people see it. */
record Situation(List<ThreadReport> reports, Set<String> members, String orderId) {

    private static final int ALL = 100;

    List<PipelineView.ThreadView> threads() {
        List<PipelineView.ThreadView> threads = new ArrayList<>();
        Set<String> silent = new TreeSet<>(members);
        for (ThreadReport report : reports) {
            if (silent.remove(report.getMemberId()) || report.getState() == ThreadReport.State.STOPPED) {
                threads.add(shown(report));
            }
        }
        silent.forEach(member -> threads.add(new PipelineView.ThreadView(
                member, 0, PipelineView.ThreadState.UNKNOWN, false, null, List.of(), PipelineView.Vitals.UNKNOWN)));
        return threads;
    }

    private PipelineView.ThreadView shown(ThreadReport report) {
        return new PipelineView.ThreadView(
                report.getThread(),
                report.getVersion(),
                state(report.getState()),
                report.getOrderId().equals(orderId),
                Instant.ofEpochMilli(report.getReportedAtMs()),
                report.getTasksList().stream().map(Situation::shown).toList(),
                report.hasVitals() ? shown(report.getVitals()) : PipelineView.Vitals.UNKNOWN);
    }

    private static PipelineView.Task shown(TaskReport task) {
        return new PipelineView.Task(
                task.getStage(),
                task.getPartition(),
                state(task.getState()),
                task.getInFlight(),
                restore(task),
                task.getPerSecond(),
                task.hasLag() ? task.getLag() : null,
                bound(task.getBound()));
    }

    private static PipelineView.Vitals shown(Vitals vitals) {
        int used = vitals.getBusyPercent() + vitals.getCommittingPercent() + vitals.getBackpressuredPercent();
        return new PipelineView.Vitals(
                vitals.getBusyPercent(),
                vitals.getCommittingPercent(),
                vitals.getBackpressuredPercent(),
                Math.max(0, ALL - used),
                vitals.getCheckpointMicros(),
                vitals.getOperatorsList().stream()
                        .map(operator -> new PipelineView.OperatorVitals(
                                operator.getStage(),
                                operator.getOperator(),
                                operator.getPerSecond(),
                                operator.getBusyPercent(),
                                operator.getMeanMicros()))
                        .toList());
    }

    private static PipelineView.@Nullable Bound bound(TaskReport.Bound bound) {
        return switch (bound) {
            case NONE, UNRECOGNIZED -> null;
            case WAITING_ROOM -> PipelineView.Bound.WAITING_ROOM;
            case STAGED_ROWS -> PipelineView.Bound.STAGED_ROWS;
            case TARGET -> PipelineView.Bound.TARGET;
            case RATE_LIMIT -> PipelineView.Bound.RATE_LIMIT;
            case CALLS -> PipelineView.Bound.CALLS;
        };
    }

    private static PipelineView.@Nullable Restore restore(TaskReport task) {
        return task.getState() == TaskReport.State.OPENING
                ? new PipelineView.Restore(
                        task.getRestoredRecords(), task.getRestoredBytes(), task.getRestoreRemaining())
                : null;
    }

    private static PipelineView.TaskState state(TaskReport.State state) {
        return switch (state) {
            case OPENING, STATE_UNSPECIFIED, UNRECOGNIZED -> PipelineView.TaskState.OPENING;
            case OPEN -> PipelineView.TaskState.OPEN;
            case TASK_STOPPED -> PipelineView.TaskState.STOPPED;
            case TASK_HALTED -> PipelineView.TaskState.HALTED;
        };
    }

    private static PipelineView.ThreadState state(ThreadReport.State state) {
        return switch (state) {
            case STATE_UNSPECIFIED, UNRECOGNIZED -> PipelineView.ThreadState.UNKNOWN;
            case RUNNING -> PipelineView.ThreadState.RUNNING;
            case PAUSING -> PipelineView.ThreadState.PAUSING;
            case PAUSED -> PipelineView.ThreadState.PAUSED;
            case DRAINING -> PipelineView.ThreadState.DRAINING;
            case EMPTY -> PipelineView.ThreadState.EMPTY;
            case STOPPING -> PipelineView.ThreadState.STOPPING;
            case STOPPED -> PipelineView.ThreadState.STOPPED;
        };
    }

    /** As the newest version of the pipeline describes them. */
    List<PipelineView.Stage> stages() {
        Map<String, PipelineView.Stage> stages = new LinkedHashMap<>();
        reports.stream()
                .max(Comparator.comparingInt(ThreadReport::getVersion).thenComparingLong(ThreadReport::getReportedAtMs))
                .ifPresent(
                        newest -> newest.getStagesList().forEach(stage -> stages.put(stage.getName(), shown(stage))));
        return List.copyOf(stages.values());
    }

    private static PipelineView.Stage shown(StageShape stage) {
        return new PipelineView.Stage(
                stage.getName(),
                stage.getInput(),
                stage.getPartitions(),
                stage.getSource(),
                stage.getOperatorsList().stream()
                        .map(operator -> new PipelineView.Operator(
                                operator.getName(), operator.getKind(), operator.getOnFailure()))
                        .toList());
    }
}
