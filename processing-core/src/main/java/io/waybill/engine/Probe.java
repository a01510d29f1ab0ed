package io.waybill.engine;

import io.waybill.store.LocalStores.TaskId;

/** Told when a processing thread passes a point of the commit protocol. For crash tests and metrics; must return soon. */
@FunctionalInterface
public interface Probe {

    Probe NONE = (point, subject) -> {};

    /** @param subject the task or the checkpoint id */
    void at(Point point, String subject);

    /** A task restored some more of its state; called once more, with nothing remaining, when it is done. */
    default void restored(TaskId task, RestoreProgress progress) {}

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
        /** The local stores hold the checkpoint. */
        APPLIED,
        /** A part of a changelog was restored. */
        RESTORING
    }
}
