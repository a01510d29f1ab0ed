package io.waybill.tracking.projection;

import io.waybill.format.v1.FlowResult;
import io.waybill.tracking.FlowQueries.FlowStatus;
import java.time.Instant;
import java.util.UUID;

/** One numbered result of a flow, as the engine decided it; the greatest number is current. */
record Settlement(
        UUID trackingId,
        int number,
        FlowStatus status,
        long leaves,
        long succeeded,
        long failed,
        long openDeadLetters,
        Instant at)
        implements BinaryCopy.Row {

    static final BinaryCopy COPY = new BinaryCopy(
            "flow_result", "tracking_id, number, status, leaves, succeeded, failed, open_dead_letters, settled_at");

    static Settlement of(UUID trackingId, FlowStatus status, FlowResult result, Instant at) {
        return new Settlement(
                trackingId,
                result.getNumber(),
                status,
                result.getLeaves(),
                result.getSucceeded(),
                result.getFailed(),
                result.getOpenDeadLetters(),
                at);
    }

    @Override
    public void writeTo(BinaryCopy.Fields out) {
        out.uuid(trackingId)
                .int4(number)
                .text(status.name())
                .int8(leaves)
                .int8(succeeded)
                .int8(failed)
                .int8(openDeadLetters)
                .timestamp(at);
    }
}
