package io.waybill.console.pipelines;

import io.waybill.console.frame.Look;
import io.waybill.console.frame.Proportion;
import io.waybill.control.Actual;
import io.waybill.control.PipelineView;
import io.waybill.control.PipelineView.Restore;
import io.waybill.control.PipelineView.Task;
import io.waybill.control.PipelineView.ThreadView;
import io.waybill.control.Wanted;
import java.util.List;
import java.util.Objects;

/** A pipeline as its card shows it. */
public record PipelineCard(PipelineView pipeline, List<OrderWords> orders) {

    static PipelineCard of(PipelineView pipeline) {
        return new PipelineCard(pipeline, OrderWords.allowed(pipeline));
    }

    public Look look() {
        return look(pipeline.actual());
    }

    static Look look(Actual actual) {
        return switch (actual) {
            case STARTING -> new Look("Starting", "busy", "progress");
            case RUNNING -> new Look("Running", "good", "check");
            case PAUSING -> new Look("Pausing", "busy", "progress");
            case PAUSED -> new Look("Paused", "warn", "minus");
            case DRAINING -> new Look("Draining", "busy", "progress");
            case DRAINED -> new Look("Drained", "calm", "check");
            case STOPPING -> new Look("Stopping", "busy", "progress");
            case STOPPED -> new Look("Stopped", "warn", "slash");
            case NOBODY -> new Look("Nobody runs it", "bad", "alert");
        };
    }

    /** Where what it does is not what is wanted, that is shown beside. */
    public boolean isOnItsWay() {
        return switch (pipeline.actual()) {
            case STARTING, PAUSING, DRAINING, STOPPING, NOBODY -> true;
            case RUNNING, PAUSED, DRAINED, STOPPED -> false;
        };
    }

    public String wanted() {
        return words(pipeline.wanted());
    }

    static String words(Wanted wanted) {
        return switch (wanted) {
            case RUNNING -> "running";
            case PAUSED -> "paused";
            case DRAINING -> "drained";
            case STOPPED -> "stopped";
        };
    }

    public String state(ThreadView thread) {
        return switch (thread.state()) {
            case UNKNOWN -> "has not reported yet";
            case RUNNING -> "runs";
            case PAUSING -> "ends what is in an operator";
            case PAUSED -> "paused";
            case DRAINING -> "lets out what is inside";
            case EMPTY -> "empty";
            case STOPPING -> "leaves";
            case STOPPED -> "stopped, waits outside the group";
        };
    }

    /** The tasks of a thread, counted by what they are. */
    public String tasks(ThreadView thread) {
        long open = thread.tasks().stream().filter(this::isWell).count();
        long opening = thread.tasks().stream()
                .filter(task -> task.state() == PipelineView.TaskState.OPENING)
                .count();
        long standing = thread.tasks().size() - open - opening;
        String text = open + " open";
        if (opening > 0) {
            text += ", " + opening + " being opened";
        }
        if (standing > 0) {
            text += ", " + standing + " stopped (see incidents)";
        }
        return text;
    }

    private boolean isWell(Task task) {
        return task.state() == PipelineView.TaskState.OPEN;
    }

    public PipelineGraph graph() {
        return PipelineGraph.of(pipeline);
    }

    /** What a thread does with its time, in percent; nothing where it has not said. */
    public Proportion time(ThreadView thread) {
        PipelineView.Vitals vitals = thread.vitals();
        return Proportion.of(List.of(
                new Proportion.Share(new Look("busy", "good", "progress"), vitals.busy(), "% busy"),
                new Proportion.Share(new Look("committing", "busy", "check"), vitals.committing(), "% in checkpoints"),
                new Proportion.Share(new Look("held back", "bad", "alert"), vitals.backpressured(), "% held back"),
                new Proportion.Share(new Look("idle", "calm", "minus"), vitals.idle(), "% idle")));
    }

    /** How long its checkpoints take; empty where there was none. */
    public String checkpoint(ThreadView thread) {
        long micros = thread.vitals().checkpointMicros();
        return micros == 0 ? "" : "checkpoints take " + Rates.micros((double) micros);
    }

    /** Tasks that restore their state, each with how far it has come. */
    public List<Restoring> restoring() {
        return pipeline.threads().stream()
                .flatMap(thread -> thread.tasks().stream())
                .filter(task -> task.restore() != null && task.restore().records() > 0)
                .map(Restoring::of)
                .toList();
    }

    /** @param percent of the topic at hand */
    public record Restoring(String task, int percent, Restore restore) {

        static Restoring of(Task task) {
            Restore restore = Objects.requireNonNull(task.restore());
            return new Restoring(task.stage() + "/" + task.partition(), restore.percent(), restore);
        }
    }
}
