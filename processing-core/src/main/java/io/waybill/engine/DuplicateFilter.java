package io.waybill.engine;

import io.waybill.format.TrackingId;
import io.waybill.pipeline.Deduplicate;

/**
 * Remembers the message ids of a task. An id is pinned from acceptance; the end of its flow starts its window, which
 * counts in log time. Works on the state it is given, so its changes live and die with the record's. One thread.
 */
public interface DuplicateFilter {

    /** Accepts the message, or says which one it repeats. */
    Verdict accept(TaskState state, Sighting sighting);

    /** The flow that holds this id is terminal: its window starts at {@code logTimeMs}. */
    void release(TaskState state, String messageId, TrackingId holder, long logTimeMs);

    /** Forgets ids whose window is over, at most {@code limit}. */
    void expire(TaskState state, long logTimeMs, int limit);

    /** @param payloadHash SHA-256 of the payload */
    record Sighting(
            String messageId,
            byte[] payloadHash,
            TrackingId trackingId,
            String topic,
            int partition,
            long offset,
            long logTimeMs) {}

    sealed interface Verdict {

        /** Never seen, or seen by this very flow. */
        record First() implements Verdict {}

        /** The same message again. */
        record Duplicate(TrackingId first, String topic, int partition, long offset) implements Verdict {}

        /** The same id with another payload. */
        record Conflict(TrackingId first, String topic, int partition, long offset) implements Verdict {}
    }

    @FunctionalInterface
    interface Factory {

        DuplicateFilter create(Deduplicate choice);
    }
}
