package io.waybill.engine;

import io.waybill.format.TrackingId;
import io.waybill.format.v1.CheckpointId;
import io.waybill.pipeline.Deduplicate;
import io.waybill.store.LocalStore;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the message ids of a task. An id is pinned from acceptance; the end of its flow starts its window, which
 * counts in log time. One thread.
 *
 * <p>Within a checkpoint everything lies in the column {@link #IDS} of the state that it is given, and lives and dies
 * with the record. When the checkpoint closes, {@link #drain} leaves the pinned ids there, which the changelog keeps,
 * and turns the others into blocks of the ids topic. Those the filter remembers in files of the local store, which
 * say themselves {@linkplain #coveredUpTo how far} they cover the ids topic.
 */
public interface DuplicateFilter {

    /** The column of the task's state that belongs to the filter. */
    String IDS = "id";

    /** Accepts the message, or says which one it repeats. */
    Verdict accept(TaskState state, Sighting sighting);

    /** The flow that holds this id is terminal: its window starts at {@code logTimeMs}. */
    void release(TaskState state, String messageId, TrackingId holder, long logTimeMs);

    /**
     * Packs the ids whose windows began in this checkpoint.
     *
     * @param ids the checkpoint's changes of {@link #IDS}, taken out of {@code state}
     * @param state takes what belongs to the changelog
     * @return the values of the blocks, in their order
     */
    List<byte[]> drain(List<LocalStore.Change> ids, TaskState state, CheckpointId checkpoint, long logTimeMs);

    /** What was drained is committed, and its last block stands below {@code nextOffset} of the ids topic. */
    void committed(long nextOffset, long logTimeMs);

    /** Takes in a block that was written after what the store covers. */
    void restored(byte[] block, String name, long nextOffset, long logTimeMs);

    /** Where the restore begins: every id of the ids topic below that offset was found in the local store or is over. */
    long coveredUpTo();

    /**
     * Whether this block, which the ids topic has just below {@link #coveredUpTo}, is the one that the store has of there.
     * If it is not, the topic has lost what the store took from it.
     */
    boolean endsWith(byte[] block, String name);

    /** The offset below which the ids topic is no longer needed; null where that did not change since the last call. */
    @Nullable
    Long deletable();

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

        /**
         * @param store of the task, its changelog restored
         * @param idsTopic what the store remembers of another one is forgotten
         */
        DuplicateFilter open(Deduplicate choice, LocalStore store, Uuid idsTopic);
    }
}
