package io.waybill.tracking;

import io.waybill.format.TrackingId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is known of flows. Safe for any thread. Everything is as of the projection's position. A limit is 1 to 500
 * and a cursor one of an earlier page of the same query, else {@link InvalidQueryException}.
 */
public interface FlowQueries {

    Optional<FlowView> flow(TrackingId id);

    /** Newest first. */
    FlowPage flows(FlowFilter filter, @Nullable String cursor, int limit);

    /** Ordered by path. */
    PartPage parts(TrackingId flow, @Nullable PartStatus status, @Nullable String cursor, int limit);

    /** Flows that this one caused, in the order of their receipt. */
    List<FlowView> ledTo(TrackingId flow, int limit);

    /** How many parts of the flow failed for which cause, most frequent first. */
    List<CauseCount> causes(TrackingId flow);

    /** Flows by status among those received since then. */
    Map<FlowStatus, Long> counts(Instant since);

    /** How far the projection is behind the log. */
    ProjectionLag lag();

    enum FlowStatus {
        IN_PROGRESS,
        ACK,
        NACK,
        PARTIAL,
        DUPLICATE
    }

    enum PartStatus {
        PASSED,
        FILTERED,
        SPLIT,
        DEAD_LETTERED,
        DISCARDED,
        /** On its way to the next stage. */
        FORWARDED
    }

    /**
     * @param sourceTopic empty until someone told of the receipt; partition and offset are -1 then
     * @param receivedAt the timestamp of the flow's first record, which its tracking id carries
     * @param causedBy the flow that registered the timer this one begins with, or whose output its first record is
     * @param results all of them in order; the last is current
     * @param leaves records of the flow that ended; 0 before the first result
     */
    record FlowView(
            TrackingId trackingId,
            String pipeline,
            int pipelineVersion,
            FlowStatus status,
            @Nullable String messageId,
            @Nullable String batchId,
            @Nullable String name,
            @Nullable TrackingId duplicateOf,
            @Nullable TrackingId causedBy,
            String sourceTopic,
            int sourcePartition,
            long sourceOffset,
            Instant receivedAt,
            @Nullable Instant settledAt,
            long sizeBytes,
            long leaves,
            long succeeded,
            long failed,
            long openDeadLetters,
            @Nullable Waiting waiting,
            List<ResultView> results) {}

    record ResultView(int number, FlowStatus status, long leaves, long succeeded, long failed, Instant at) {}

    /** The flow waits for its next try. */
    record Waiting(String operator, String error, int tries, Instant nextTryAt) {}

    /**
     * @param path 1-based, joined by dots; empty for the flow's own record
     * @param pipeline in which the flow goes on with it; null where it is the flow's own
     */
    record PartView(
            String path,
            PartStatus status,
            @Nullable String label,
            int attempt,
            @Nullable String deadLetterId,
            @Nullable String operator,
            @Nullable String errorCode,
            @Nullable String errorMessage,
            List<String> outputs,
            Instant at,
            @Nullable String pipeline) {}

    record PartPage(List<PartView> parts, @Nullable String nextCursor) {}

    record CauseCount(String errorCode, @Nullable String operator, long count, String exampleMessage) {}

    /**
     * @param text matches tracking id, that of the flow that caused it, message id, batch id or name exactly, or a part's
     *     label; null: all
     * @param status null: all
     */
    record FlowFilter(
            @Nullable String pipeline,
            @Nullable FlowStatus status,
            @Nullable String text) {}

    record FlowPage(List<FlowView> flows, @Nullable String nextCursor) {}

    /**
     * @param records not yet projected
     * @param asOf when the last projected record was decided; null before the first
     */
    record ProjectionLag(long records, @Nullable Instant asOf) {}
}
