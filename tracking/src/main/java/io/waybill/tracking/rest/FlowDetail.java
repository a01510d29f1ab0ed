package io.waybill.tracking.rest;

import io.waybill.tracking.FlowQueries.CauseCount;
import io.waybill.tracking.FlowQueries.FlowStatus;
import io.waybill.tracking.FlowQueries.FlowView;
import io.waybill.tracking.FlowQueries.PartPage;
import io.waybill.tracking.FlowQueries.ResultView;
import io.waybill.tracking.FlowQueries.Waiting;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything known of one flow.
 *
 * @param causedBy the flow whose output or timer this one begins with
 * @param ledTo the first 50 flows that this one caused
 * @param results all of them in order; the last is current
 * @param causes of failed parts, most frequent first
 * @param parts the first page of them
 */
record FlowDetail(
        String trackingId,
        String pipeline,
        int pipelineVersion,
        FlowStatus status,
        @Nullable String duplicateOf,
        @Nullable String causedBy,
        List<Caused> ledTo,
        @Nullable String messageId,
        @Nullable String batchId,
        @Nullable String name,
        Source source,
        Instant receivedAt,
        @Nullable Instant settledAt,
        long sizeBytes,
        FlowCounts counts,
        @Nullable Waiting waiting,
        List<ResultView> results,
        List<CauseCount> causes,
        PartPage parts,
        Map<String, String> links) {

    /** Where the flow's first record is; an empty topic, -1 and -1 until someone told of the receipt. */
    record Source(String topic, int partition, long offset) {}

    /** A flow that this one caused. */
    record Caused(String trackingId, String pipeline, FlowStatus status) {

        static Caused of(FlowView flow) {
            return new Caused(flow.trackingId().toString(), flow.pipeline(), flow.status());
        }
    }

    static FlowDetail of(FlowView flow, List<FlowView> ledTo, List<CauseCount> causes, PartPage parts, Links links) {
        return new FlowDetail(
                flow.trackingId().toString(),
                flow.pipeline(),
                flow.pipelineVersion(),
                flow.status(),
                FlowSummary.text(flow.duplicateOf()),
                FlowSummary.text(flow.causedBy()),
                ledTo.stream().map(Caused::of).toList(),
                flow.messageId(),
                flow.batchId(),
                flow.name(),
                new Source(flow.sourceTopic(), flow.sourcePartition(), flow.sourceOffset()),
                flow.receivedAt(),
                flow.settledAt(),
                flow.sizeBytes(),
                FlowCounts.of(flow),
                flow.waiting(),
                flow.results(),
                causes,
                parts,
                links.of(flow));
    }
}
