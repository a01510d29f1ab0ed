package io.waybill.engine;

import io.waybill.format.v1.TaskReport;
import io.waybill.format.v1.Vitals;
import io.waybill.store.LocalStores.TaskId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.apache.kafka.common.TopicPartition;

/**
 * What an incarnation has in hand, as it tells it.
 *
 * @param opening inputs of tasks that are being taken over
 * @param halted inputs of tasks that must not run
 * @param isUnsettled a checkpoint is open, or tasks stand still until it is known whose they are
 * @param signs of the last seconds
 * @param positionOf the next offset that will be read of a partition of an input or of replays
 */
record ThreadSituation(
        PipelinePlan plan,
        Gate gate,
        String memberId,
        Collection<Task> open,
        Set<TopicPartition> opening,
        Set<TopicPartition> halted,
        boolean isUnsettled,
        ToLongFunction<TopicPartition> positionOf,
        Function<TaskId, RestoreProgress> restored,
        VitalSigns signs)
        implements Lifecycle.Situation {

    @Override
    public boolean isBusy() {
        return isUnsettled
                || !opening.isEmpty()
                || open.stream().anyMatch(task -> task.isRunning() || task.isCalling());
    }

    @Override
    public boolean isEmpty() {
        return !isUnsettled
                && opening.isEmpty()
                && halted.isEmpty()
                && open.stream().allMatch(Task::isEmpty);
    }

    @Override
    public Vitals vitals() {
        return signs.ofThread();
    }

    @Override
    public List<TaskReport> tasks() {
        List<TaskReport> tasks = new ArrayList<>();
        open.forEach(task -> tasks.add(of(task)));
        opening.forEach(input -> tasks.add(opening(input)));
        halted.forEach(input ->
                tasks.add(begun(input).setState(TaskReport.State.TASK_HALTED).build()));
        return tasks;
    }

    private TaskReport of(Task task) {
        TaskReport.Builder report = begun(task.input())
                .setState(task.stoppedBy() == null ? TaskReport.State.OPEN : TaskReport.State.TASK_STOPPED);
        signs.tell(task.id(), report);
        if (gate != Gate.OPEN) {
            // Positions of a running pipeline change all the time, and nobody waits for them here.
            Instant nextTry = task.nextTry();
            report.setInFlight(task.isInFlight())
                    .setWaiting(task.waiting())
                    .setNextTryMs(nextTry == null ? 0 : nextTry.toEpochMilli())
                    .setNextInput(positionOf.applyAsLong(task.input()))
                    .setNextReplay(positionOf.applyAsLong(task.replays()));
        }
        return report.build();
    }

    private TaskReport opening(TopicPartition input) {
        RestoreProgress progress = restored.apply(plan.stageOf(input).task(input.partition()));
        return begun(input)
                .setState(TaskReport.State.OPENING)
                .setRestoredRecords(progress.records())
                .setRestoredBytes(progress.bytes())
                .setRestoreRemaining(progress.remaining())
                .build();
    }

    private TaskReport.Builder begun(TopicPartition input) {
        return TaskReport.newBuilder().setStage(plan.stageOf(input).stage()).setPartition(input.partition());
    }
}
