package io.waybill.control;

import io.waybill.format.v1.StageShape;
import io.waybill.format.v1.TaskReport;
import io.waybill.format.v1.ThreadReport;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;

/**
 * Judges what a pipeline does by what the members of its group say. A member is in the group by the broker's word, so
 * the report of a dead thread counts for nothing, and one that has not reported yet is missed. Reports of one order are
 * comparable whenever they were written: a thread that obeyed takes nothing up until it has read another order.
 *
 * <p>Each task of the pipeline must be in such a report: one that is open nowhere may be in the hands of a thread that
 * the group has expelled, which may still commit what it did. Who opened the task has waited for that (R3).
 *
 * <p>Drained is more than that every member is empty, since one may have been empty before another sent it something.
 * Therefore each stage's positions are held against the ends of its topics, looked up after the reports were read: where
 * nothing was written past what its owner had read when it was empty, it has been empty since (ADR 13).
 */
final class Confirmation {

    private static final int MOST_SENTENCES = 20;

    private final Wanted wanted;
    private final String orderId;
    private final List<ThreadReport> live;
    private final int silent;
    private final List<String> missing = new ArrayList<>();

    /**
     * @param orderId of the last order; empty: there was none
     * @param members of the group
     * @param reports of threads of this pipeline, dead ones included
     */
    Confirmation(Wanted wanted, String orderId, Set<String> members, List<ThreadReport> reports) {
        this.wanted = wanted;
        this.orderId = orderId;
        this.live = reports.stream()
                .filter(report -> members.contains(report.getMemberId()))
                .toList();
        this.silent = members.size() - live.size();
    }

    /**
     * @param ends of partitions, open transactions included
     * @param pending whether a thread that is gone may still commit
     */
    Actual judge(Function<Set<TopicPartition>, Map<TopicPartition, Long>> ends, BooleanSupplier pending) {
        if (live.isEmpty() && silent == 0) {
            return wanted == Wanted.STOPPED ? stopped(pending) : Actual.NOBODY;
        }
        if (silent > 0) {
            missing.add(
                    silent == 1
                            ? "1 thread is in the group and has not reported yet"
                            : silent + " threads are in the group and have not reported yet");
        }
        return switch (wanted) {
            case RUNNING -> everyoneIs(ThreadReport.State.RUNNING) ? Actual.RUNNING : Actual.STARTING;
            case PAUSED -> {
                boolean obeyed = everyoneIs(ThreadReport.State.PAUSED);
                yield everyTaskIsHeld(EnumSet.of(
                                        TaskReport.State.OPEN,
                                        TaskReport.State.TASK_STOPPED,
                                        TaskReport.State.TASK_HALTED))
                                && obeyed
                        ? Actual.PAUSED
                        : Actual.PAUSING;
            }
            case STOPPED -> {
                live.forEach(report -> missing.add("thread %s is still in the group".formatted(report.getThread())));
                yield Actual.STOPPING;
            }
            case DRAINING -> isDrained(ends) ? Actual.DRAINED : Actual.DRAINING;
        };
    }

    private Actual stopped(BooleanSupplier pending) {
        if (pending.getAsBoolean()) {
            missing.add("the transaction of a thread that is gone is still open");
            return Actual.STOPPING;
        }
        return Actual.STOPPED;
    }

    /** What is missing until the pipeline does what is wanted. Known once judged. */
    List<String> missing() {
        return missing.size() <= MOST_SENTENCES
                ? List.copyOf(missing)
                : List.copyOf(missing.subList(0, MOST_SENTENCES));
    }

    private boolean everyoneIs(ThreadReport.State state) {
        for (ThreadReport report : live) {
            if (!report.getOrderId().equals(orderId)) {
                missing.add("thread %s has not read the order yet".formatted(report.getThread()));
            } else if (report.getState() != state) {
                explain(report);
            }
        }
        return missing.isEmpty();
    }

    private void explain(ThreadReport report) {
        int before = missing.size();
        for (TaskReport task : report.getTasksList()) {
            String name = task.getStage() + "/" + task.getPartition();
            switch (task.getState()) {
                case TASK_STOPPED ->
                    missing.add("task %s stopped with a record in it: see its incident".formatted(name));
                case TASK_HALTED -> missing.add("task %s is halted: see its incident".formatted(name));
                case OPENING -> missing.add("task %s is being opened".formatted(name));
                case OPEN, STATE_UNSPECIFIED, UNRECOGNIZED -> {
                    if (task.getInFlight()) {
                        missing.add("task %s has a record in it".formatted(name));
                    }
                    if (task.getWaiting() > 0 && wanted == Wanted.DRAINING) {
                        missing.add("task %s has %d in its waiting room, the next is tried at %s"
                                .formatted(name, task.getWaiting(), Instant.ofEpochMilli(task.getNextTryMs())));
                    }
                }
            }
        }
        if (missing.size() == before) {
            missing.add("thread %s says %s".formatted(report.getThread(), report.getState()));
        }
    }

    private boolean isDrained(Function<Set<TopicPartition>, Map<TopicPartition, Long>> ends) {
        boolean empty = everyoneIs(ThreadReport.State.EMPTY);
        boolean whole = everyTaskIsHeld(EnumSet.of(TaskReport.State.OPEN));
        Map<String, StageShape> stages = stages();
        Map<TopicPartition, Long> read = new LinkedHashMap<>();
        for (ThreadReport report : live) {
            for (TaskReport task : report.getTasksList()) {
                StageShape stage = stages.get(task.getStage());
                if (stage != null && task.getState() == TaskReport.State.OPEN) {
                    read.put(new TopicPartition(stage.getReplays(), task.getPartition()), task.getNextReplay());
                    if (!stage.getSource()) {
                        read.put(new TopicPartition(stage.getInput(), task.getPartition()), task.getNextInput());
                    }
                }
            }
        }
        return everythingIsRead(read, ends.apply(read.keySet())) && whole && empty;
    }

    private Map<String, StageShape> stages() {
        Map<String, StageShape> stages = new LinkedHashMap<>();
        live.forEach(report -> report.getStagesList().forEach(stage -> stages.putIfAbsent(stage.getName(), stage)));
        return stages;
    }

    /** Every task is with a live thread, in one of these states. */
    private boolean everyTaskIsHeld(Set<TaskReport.State> states) {
        Set<String> held = new HashSet<>();
        live.forEach(report -> report.getTasksList().stream()
                .filter(task -> states.contains(task.getState()))
                .forEach(task -> held.add(task.getStage() + "/" + task.getPartition())));
        boolean whole = true;
        for (StageShape stage : stages().values()) {
            for (int partition = 0; partition < stage.getPartitions(); partition++) {
                if (!held.contains(stage.getName() + "/" + partition)) {
                    missing.add("task %s/%d is not open".formatted(stage.getName(), partition));
                    whole = false;
                }
            }
        }
        return whole;
    }

    private boolean everythingIsRead(Map<TopicPartition, Long> read, Map<TopicPartition, Long> ends) {
        boolean all = true;
        for (Map.Entry<TopicPartition, Long> position : read.entrySet()) {
            long end = ends.getOrDefault(position.getKey(), 0L);
            if (position.getValue() < end) {
                missing.add("%s is read up to %d of %d".formatted(position.getKey(), position.getValue(), end));
                all = false;
            }
        }
        return all;
    }
}
