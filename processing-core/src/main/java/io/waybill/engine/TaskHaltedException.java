package io.waybill.engine;

/** A task that must not run: the log, its offsets and its state do not agree, and nothing explains it (R9). */
public final class TaskHaltedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final Code code;

    private TaskHaltedException(Code code, String message) {
        super(code + ": " + message);
        this.code = code;
    }

    static TaskHaltedException positionsDisagree(String message) {
        return new TaskHaltedException(Code.POSITIONS_DISAGREE, message);
    }

    static TaskHaltedException metadataMissing(String message) {
        return new TaskHaltedException(Code.METADATA_MISSING, message);
    }

    static TaskHaltedException positionLost(String message) {
        return new TaskHaltedException(Code.POSITION_LOST, message);
    }

    static TaskHaltedException storeAhead(String message) {
        return new TaskHaltedException(Code.STORE_AHEAD, message);
    }

    static TaskHaltedException partitionCountChanged(String message) {
        return new TaskHaltedException(Code.PARTITION_COUNT_CHANGED, message);
    }

    static TaskHaltedException stateDamaged(String message) {
        return new TaskHaltedException(Code.STATE_DAMAGED, message);
    }

    static TaskHaltedException recordTooLarge(String message) {
        return new TaskHaltedException(Code.RECORD_BEYOND_LIMIT, message);
    }

    static TaskHaltedException stateOrphaned(String message) {
        return new TaskHaltedException(Code.STATE_ORPHANED, message);
    }

    static TaskHaltedException stateChanged(String message) {
        return new TaskHaltedException(Code.STATE_CHANGED, message);
    }

    static TaskHaltedException stateNotMigrated(String message) {
        return new TaskHaltedException(Code.STATE_NOT_MIGRATED, message);
    }

    static TaskHaltedException sinkDisagrees(String message) {
        return new TaskHaltedException(Code.SINK_DISAGREES, message);
    }

    static TaskHaltedException unreadableLog(Exception cause) {
        return new TaskHaltedException(Code.UNREADABLE_LOG, String.valueOf(cause.getMessage()));
    }

    public Code code() {
        return code;
    }

    /** Each has a page in {@code docs/runbooks}. */
    public enum Code {
        /** Committed offset and marker name different positions. */
        POSITIONS_DISAGREE,
        /** There is a committed offset that Waybill did not write. */
        METADATA_MISSING,
        /** The log no longer holds the position. */
        POSITION_LOST,
        /** The local store has seen more of the log than there is. Whoever has another store cannot know. */
        STORE_AHEAD,
        /** The input has another number of partitions than the state was built for. */
        PARTITION_COUNT_CHANGED,
        /** Rows of the state contradict each other. */
        STATE_DAMAGED,
        /** There is state that this version of the pipeline does not declare. */
        STATE_ORPHANED,
        /** A state is declared otherwise than it was stored. */
        STATE_CHANGED,
        /** The function that migrates a state threw. */
        STATE_NOT_MIGRATED,
        /** The fence row of a two-phase sink and the marker name different positions. */
        SINK_DISAGREES,
        /** A record of the input is larger than anything Waybill may keep. */
        RECORD_BEYOND_LIMIT,
        /** A record on one of Waybill's own topics is damaged or of a newer version. */
        UNREADABLE_LOG
    }
}
