package io.waybill.engine;

import com.google.protobuf.UnsafeByteOperations;
import io.waybill.format.TrackingId;
import io.waybill.format.v1.StageRecord;
import org.jspecify.annotations.Nullable;

/** A record of a flow as it travels between stages, or waits: what the engine must know of it to run it. */
final class StageRecords {

    private StageRecords() {}

    /**
     * @param as path, label and attempt under which it arrives
     * @param edge names this hop
     */
    static StageRecord of(FlowRecord record, Entry as, byte[] payload, long edge) {
        StageRecord.Builder builder = StageRecord.newBuilder()
                .setTrackingId(record.flow().toByteString())
                .setEdgeId(edge)
                .addAllPath(as.path().steps())
                .setLabel(as.label())
                .setAttempt(as.attempt())
                .setMessageId(record.messageId())
                .setBatchId(record.batchId())
                .setSource(record.source().toProto())
                .setSourceTimestampMs(record.timestampMs())
                .addAllHeaders(DeadLetterEvents.toProto(record.headers()))
                .setPayload(UnsafeByteOperations.unsafeWrap(payload));
        if (!record.leg().isFirst()) {
            builder.setLeg(record.leg().toProto());
        }
        return builder.build();
    }

    static FlowRecord record(StageRecord record, byte @Nullable [] key) {
        return new FlowRecord(
                TrackingId.of(record.getTrackingId()),
                record.getMessageId(),
                record.getBatchId(),
                key,
                DeadLetterEvents.headers(record.getHeadersList()),
                record.getPayload().toByteArray(),
                Origin.of(record.getSource()),
                record.getSourceTimestampMs(),
                Leg.of(record.getLeg()));
    }

    /** @param start index of the first operator it runs through */
    static Entry entry(StageRecord record, int start, byte[] payload) {
        return new Entry(start, new PartPath(record.getPathList()), payload, record.getLabel(), record.getAttempt());
    }
}
