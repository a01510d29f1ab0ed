package io.waybill.testkit.log;

/** Guarantees of Kafka that the simulated log can be told to break, to show that the checks would notice. */
public enum PlantedBug {
    /** {@code committed()} answers the old offset while a transaction holds a new one pending (R3). */
    UNSTABLE_OFFSETS,
    /** {@code sendOffsets} takes the offsets of any member and generation. */
    UNCHECKED_GENERATION,
    /** Offsets count from {@code sendOffsets} on, whatever becomes of the transaction. */
    OFFSETS_OUTSIDE_TRANSACTION,
    /** Readers are given the records of aborted transactions. */
    ABORTED_RECORDS_VISIBLE,
    /** A commit whose request was lost is reported as done. */
    LOST_COMMIT_REPORTED_DONE
}
