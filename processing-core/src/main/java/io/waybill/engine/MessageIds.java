package io.waybill.engine;

import io.waybill.format.TrackingId;
import io.waybill.format.v1.FlowEnd;
import org.jspecify.annotations.Nullable;

/** When a flow or leg ends, the window of its message id begins: in this task, or in that which holds or judges the id. */
record MessageIds(StagePlan plan, @Nullable DuplicateFilter filter) implements FlowBook.Ending {

    @Override
    public void ended(
            TrackingId flow, String messageId, int sourcePartition, long logTimeMs, Effects effects, StateLayer state) {
        if (messageId.isEmpty() || plan.pipeline().deduplicate() == null) {
            return;
        }
        if (plan.pipeline().isDeduplicatedGlobally()) {
            effects.claim(new ClaimEntry.Ended(messageId, flow));
        } else if (filter != null) {
            filter.release(state, messageId, flow, logTimeMs);
        } else {
            FlowEnd end = FlowEnd.newBuilder()
                    .setTrackingId(flow.toByteString())
                    .setMessageId(messageId)
                    .build();
            effects.flowEnded(new Effects.FlowEnded(sourcePartition, end));
        }
    }
}
