package io.waybill.sink;

import java.util.List;

/**
 * One task's end of a staged sink. The target keeps, for each {@linkplain Turn#log() log} of the task, one progress row (the next
 * offset) and the rejections that were not told yet. Calls come one after the other, though not from one thread, and may
 * take long; each should return within seconds where nobody answers. What a call throws means that it may or may not have
 * had its effect.
 *
 * <p>Other appliers of the same task may live: those of former owners, and one that was given up in the middle of a call.
 * They are harmless where each transaction proves its turn.
 */
public interface Applier<T> extends AutoCloseable {

    /** How far this log is applied. */
    Standing standing(String log);

    /**
     * Writes rows in one local transaction, in their order. Its first statement moves the progress row from the turn's
     * first offset to its next one, where it stands there, and only there.
     */
    Applied apply(Turn turn, List<? extends StagedRow<? extends T>> rows);

    /** Passes one row over, in one local transaction: the progress row as in {@link #apply}, and why it was rejected. */
    Applied reject(Turn turn, Rejection rejection);

    /** Lets go of its connection. */
    @Override
    void close();
}
