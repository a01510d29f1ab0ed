package io.waybill.tracking.rest;

import io.waybill.format.TrackingId;
import io.waybill.tracking.FlowQueries.FlowStatus;
import io.waybill.tracking.FlowQueries.FlowView;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A flow in a list. */
record FlowSummary(
        String trackingId,
        String pipeline,
        FlowStatus status,
        @Nullable String duplicateOf,
        @Nullable String messageId,
        @Nullable String batchId,
        @Nullable String name,
        Instant receivedAt,
        @Nullable Instant settledAt,
        FlowCounts counts,
        Map<String, String> links) {

    static FlowSummary of(FlowView flow, Links links) {
        return new FlowSummary(
                flow.trackingId().toString(),
                flow.pipeline(),
                flow.status(),
                text(flow.duplicateOf()),
                flow.messageId(),
                flow.batchId(),
                flow.name(),
                flow.receivedAt(),
                flow.settledAt(),
                FlowCounts.of(flow),
                links.of(flow));
    }

    static @Nullable String text(@Nullable TrackingId id) {
        return id == null ? null : id.toString();
    }
}
