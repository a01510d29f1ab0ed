package io.waybill.engine;

import com.google.protobuf.UnsafeByteOperations;
import io.waybill.format.v1.Bundle;
import io.waybill.format.v1.ReplayCommand;
import io.waybill.format.v1.WaitingRow;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The rows of records that wait: their bytes at their entry point, and how they come back. */
final class WaitingRecords {

    /** What a row has besides the record. */
    private static final int ENVELOPE = 512;

    private static final byte[] NOTHING = {};

    private WaitingRecords() {}

    /** In bytes, with its key. */
    static long upperBound(FlowRecord record, Entry entry) {
        byte[] key = record.key() == null ? new byte[0] : record.key();
        return ENVELOPE
                + Forward.upperBound(record, key, entry.payload())
                + key.length
                + 10L * entry.path().steps().size()
                + 4L * entry.label().length();
    }

    /**
     * @param by how it comes back
     */
    static WaitingRow.Builder row(StagePlan plan, FlowRecord record, Entry entry, Return by, Instant now) {
        long edge = by instanceof Return.ByEdge hop ? hop.edge() : 0;
        WaitingRow.Builder row = WaitingRow.newBuilder()
                .setSinceMs(now.toEpochMilli())
                .setRecord(StageRecords.of(record, entry, entry.payload(), edge))
                .setEntry(plan.chain().nameOf(entry.start()))
                .setHasKey(record.key() != null);
        if (record.key() != null) {
            row.setKey(UnsafeByteOperations.unsafeWrap(record.key()));
        }
        switch (by) {
            case Return.ByEdge hop -> row.setReplayId(hop.replayId());
            case Return.AsReplay replay ->
                row.setReplay(replay.command().toBuilder()
                        .clearPayload()
                        .clearKey()
                        .clearHeaders()
                        .clearReason());
        }
        return row;
    }

    /**
     * Parts that wait as one.
     *
     * @param first of them
     */
    static WaitingRow row(FlowRecord record, PartPath first, Bundle.Builder bundle, Return by, Instant since) {
        Return.ByEdge hop = switch (by) {
            case Return.ByEdge edge -> edge;
            case Return.AsReplay replay -> throw new IllegalStateException("a part is not the record that is replayed");
        };
        Entry as = new Entry(0, first, NOTHING, "", 0);
        WaitingRow.Builder row = WaitingRow.newBuilder()
                .setSinceMs(since.toEpochMilli())
                .setBundle(bundle.setRecord(StageRecords.of(record, as, NOTHING, hop.edge())))
                .setHasKey(record.key() != null)
                .setReplayId(hop.replayId());
        if (record.key() != null) {
            row.setKey(UnsafeByteOperations.unsafeWrap(record.key()));
        }
        return row.build();
    }

    static byte @Nullable [] key(WaitingRow row) {
        return row.getHasKey() ? row.getKey().toByteArray() : null;
    }

    /** An order that has to wait for its turn. */
    static WaitingRow of(ReplayCommand order, Instant now) {
        return WaitingRow.newBuilder()
                .setSinceMs(now.toEpochMilli())
                .setOrder(order)
                .build();
    }

    /** Where others wait for it. */
    static WaitingRow of(String deadLetterId, Instant now) {
        return WaitingRow.newBuilder()
                .setSinceMs(now.toEpochMilli())
                .setDeadLetterId(deadLetterId)
                .build();
    }

    static WaitingRow of(RegisteredTimer timer, Instant now) {
        return WaitingRow.newBuilder()
                .setSinceMs(now.toEpochMilli())
                .setTimer(UnsafeByteOperations.unsafeWrap(timer.row()))
                .build();
    }
}
