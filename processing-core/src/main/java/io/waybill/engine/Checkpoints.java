package io.waybill.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoints of one life, one after another: the next one opens when the last one is committed, by its sinks too
 * (R1). One thread.
 */
final class Checkpoints {

    private final PipelinePlan plan;
    private final EngineOptions options;
    private final Ports ports;
    private final LifeName life;
    private final Connections connections;
    private final Refusals refusals;
    private final Figures figures;
    private final ThreadTime time;
    private final Collection<Task> tasks;
    private @Nullable Checkpoint open;
    /** Committed, but not by its sinks: nothing else begins before (R1). */
    private @Nullable Checkpoint settling;
    /** The metadata of some partition is to name a checkpoint before anything of it runs. */
    private boolean unnamed;

    private long sequence;

    /** @param tasks those that are open, at any time: a checkpoint is opened with what is in it then */
    Checkpoints(
            PipelinePlan plan,
            EngineOptions options,
            Ports ports,
            LifeName life,
            Connections connections,
            Refusals refusals,
            Figures figures,
            ThreadTime time,
            Collection<Task> tasks) {
        this.plan = plan;
        this.options = options;
        this.ports = ports;
        this.life = life;
        this.connections = connections;
        this.refusals = refusals;
        this.figures = figures;
        this.time = time;
        this.tasks = tasks;
    }

    /** The open one; begins one where none is open. */
    Checkpoint begun() {
        Checkpoint begun = open;
        if (begun == null) {
            sequence++;
            begun = new Checkpoint(
                    plan,
                    options,
                    ports,
                    connections.writer(),
                    connections.group().groupMetadata(),
                    CheckpointIds.of(life.id(), sequence),
                    CheckpointIds.metadata(life.id(), sequence, life.transactionalId()),
                    tasks,
                    new SinkRound(connections.desk().sinks(), CheckpointIds.of(life.id(), sequence)));
            open = begun;
        }
        return begun;
    }

    /** Commits the open one, if there is one. */
    void commit() {
        Checkpoint closing = open;
        if (closing != null) {
            ThreadTime.Use before = time.turnTo(ThreadTime.Use.COMMITTING);
            Instant begun = ports.clock().instant();
            closing.commit();
            figures.committed(Duration.between(begun, ports.clock().instant()), tasks);
            open = null;
            refusals.committed();
            settling = closing;
            settle();
            time.turnTo(before);
        }
    }

    void commitIfDue() {
        if (open != null && open.due(ports.clock().instant())) {
            commit();
        }
    }

    /** Asks the sinks that have not committed yet. */
    void settle() {
        Checkpoint committed = settling;
        if (committed != null && committed.settle(connections.incidents())) {
            connections.desk().resolved(committed.prepared());
            settling = null;
            tasks.forEach(task -> task.closeRepaired(connections.incidents()));
            connections.incidents().threadWorks(life.thread());
        }
    }

    /** Where no task is left that it could hold up, whoever owns them now decides from the record. */
    void forget(Task task) {
        if (settling != null && settling.forget(task)) {
            settling = null;
        }
    }

    /** What has its place between two checkpoints. */
    void between() {
        if (open == null && settling == null) {
            connections.desk().look();
            // Those to be named may stand still now.
            if (unnamed && !tasks.isEmpty()) {
                begun();
                commit();
                unnamed = false;
            }
        }
    }

    /** A task was taken over whose partition names no checkpoint: one commits before it runs. */
    void nameSoon() {
        unnamed = true;
    }

    /** Nothing of the open one happened. */
    void undo() {
        if (open != null) {
            if (!open.canBeUndone()) {
                throw new IllegalStateException("a life ends with a checkpoint that is prepared and not committed");
            }
            open = null;
            connections.writer().abort();
            connections.desk().sinks().discard();
        }
    }

    /** This life is over. */
    void abandon() {
        if (open != null && open.abortable()) {
            connections.writer().abort();
        }
    }

    boolean isOpen() {
        return open != null;
    }

    boolean isSettling() {
        return settling != null;
    }

    /** Whether an operator may be called: not while sinks have to follow. */
    boolean takesRecords() {
        return settling == null && !unnamed;
    }

    /** When the open one is to be committed; where none is open, as if one were opened now. */
    Instant dueAt(Instant now) {
        return open == null ? now.plus(options.checkpointInterval()) : open.dueAt();
    }

    /** When {@link #settle} is worth another call; now or earlier where nothing waits. */
    Instant nextTry() {
        return settling == null ? Instant.EPOCH : settling.nextTry();
    }
}
