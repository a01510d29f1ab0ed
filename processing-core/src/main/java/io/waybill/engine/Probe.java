package io.waybill.engine;

import io.waybill.store.LocalStores.TaskId;
import java.time.Duration;
import java.util.List;

/** Told when a processing thread passes a point of the commit protocol. For crash tests and metrics; must return soon. */
@FunctionalInterface
public interface Probe {

    Probe NONE = (point, subject) -> {};

    /** @param subject the task or the checkpoint id */
    void at(Point point, String subject);

    /** A task restored some more of its state; called once more, with nothing remaining, when it is done. */
    default void restored(TaskId task, RestoreProgress progress) {}

    /**
     * A checkpoint is committed and in the stores.
     *
     * @param time from the beginning of its commit
     * @param counts of every task of the thread, those that did nothing included
     */
    default void committed(String pipeline, Duration time, List<TaskCounts> counts) {}

    /**
     * What a thread did with its time, and how its open tasks stand, all of them; about once a second, and nothing when
     * its life is over.
     */
    default void seen(String pipeline, String thread, ThreadFigures time, List<TaskFigures> tasks) {}

    /** So many more calls of an operator are in flight, or fewer. Any number at once. */
    default void calling(String pipeline, String operator, int more) {}

    /** A call has ended, or was given up; one whose task moved away is not told. */
    default void called(String pipeline, String operator, CallEnd end, Duration time) {}

    enum CallEnd {
        ANSWERED,
        /** Its function threw. */
        FAILED,
        /** It did not return in time; nobody waits for it any more, though it may still run. */
        TIMED_OUT,
        /** Another call of the same record failed, so this one does not matter any more. */
        GIVEN_UP
    }

    enum Point {
        /** A part of a split settled, others of it are still to run. */
        INSIDE_SPLIT,
        /** Everything is flushed, the offsets are not yet in the transaction. */
        FLUSHED,
        /** The offsets are in the transaction, it is not committed. */
        OFFSETS_SENT,
        /** The two-phase sinks are prepared, the transaction is not committed. Only where there are such sinks. */
        PREPARED,
        /** The transaction is committed, the sinks are not, the local stores do not know. */
        COMMITTED,
        /** A database holds rows of a staged sink that no checkpoint has told of. Only where there are such sinks. */
        SUNK,
        /** The local stores hold the checkpoint. */
        APPLIED,
        /** A part of a changelog was restored. */
        RESTORING
    }
}
