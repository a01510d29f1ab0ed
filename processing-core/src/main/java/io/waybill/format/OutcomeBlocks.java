package io.waybill.format;

import com.google.protobuf.ByteString;
import io.waybill.format.v1.FlowResult;
import io.waybill.format.v1.Outcome;
import io.waybill.format.v1.OutcomeBlock;
import io.waybill.format.v1.PartOutcome;
import io.waybill.format.v1.Received;
import io.waybill.format.v1.Result;
import io.waybill.format.v1.ResultBlock;
import io.waybill.format.v1.SmoothFlows;
import io.waybill.format.v1.SmoothResults;
import java.util.ArrayList;
import java.util.List;

/**
 * What blocks of outcomes and results say, entry by entry: a smooth flow, which is one entry in columns, is told as the
 * outcomes it stands for. Readers of the log ask here and never read a block's own lists. Stateless and safe for any
 * thread.
 */
public final class OutcomeBlocks {

    private static final int TRACKING_ID_BYTES = 16;

    private OutcomeBlocks() {}

    /**
     * Those of one flow in their order.
     *
     * @param what names the record in the error
     * @throws UnreadableLogException where columns are of different lengths
     */
    public static List<Outcome> outcomes(OutcomeBlock block, String what) {
        if (block.getSmoothCount() == 0) {
            return block.getOutcomesList();
        }
        List<Outcome> all = new ArrayList<>(block.getOutcomesList());
        for (SmoothFlows flows : block.getSmoothList()) {
            requireWhole(flows, what);
            for (int n = 0; n < flows.getReceivedAtMsCount(); n++) {
                ByteString id = trackingId(flows.getTrackingIds(), n);
                all.add(outcome(id, flows.getReceivedAtMs(n))
                        .setReceived(received(flows, n))
                        .build());
                all.add(outcome(id, flows.getSettledAtMs(n))
                        .setPart(PartOutcome.newBuilder()
                                .setState(flows.getState())
                                .addAllOutputs(flows.getOutputsList()))
                        .build());
                all.add(outcome(id, flows.getSettledAtMs(n))
                        .setResult(acknowledged(
                                id,
                                flows.getSettledAtMs(n),
                                block.getPipeline(),
                                flows.getMessageIds(n),
                                flows.getBatchIds(n)))
                        .build());
            }
        }
        return all;
    }

    /**
     * Those of one flow in their order.
     *
     * @param what names the record in the error
     * @throws UnreadableLogException where columns are of different lengths
     */
    public static List<FlowResult> results(ResultBlock block, String what) {
        if (block.getSmoothCount() == 0) {
            return block.getResultsList();
        }
        List<FlowResult> all = new ArrayList<>(block.getResultsList());
        for (SmoothResults results : block.getSmoothList()) {
            requireWhole(results, what);
            for (int n = 0; n < results.getAtMsCount(); n++) {
                all.add(acknowledged(
                        trackingId(results.getTrackingIds(), n),
                        results.getAtMs(n),
                        results.getPipeline(),
                        results.getMessageIds(n),
                        results.getBatchIds(n)));
            }
        }
        return all;
    }

    private static Outcome.Builder outcome(ByteString trackingId, long atMs) {
        return Outcome.newBuilder().setTrackingId(trackingId).setAtMs(atMs);
    }

    private static Received received(SmoothFlows flows, int n) {
        return Received.newBuilder()
                .setSourceTopic(flows.getSourceTopic())
                .setSourcePartition(flows.getSourcePartitions(n))
                .setSourceOffset(flows.getSourceOffsets(n))
                .setSourceTimestampMs(flows.getSourceTimestampsMs(n))
                .setMessageId(flows.getMessageIds(n))
                .setBatchId(flows.getBatchIds(n))
                .setKey(flows.getKeys(n))
                .setSizeBytes(flows.getSizesBytes(n))
                .setName(flows.getNames(n))
                .build();
    }

    /** The first and only result of a flow of one record that did well: what a smooth flow's result stands for. */
    public static FlowResult acknowledged(
            ByteString trackingId, long atMs, String pipeline, String messageId, String batchId) {
        return FlowResult.newBuilder()
                .setTrackingId(trackingId)
                .setResult(Result.ACK)
                .setNumber(1)
                .setLeaves(1)
                .setSucceeded(1)
                .setAtMs(atMs)
                .setPipeline(pipeline)
                .setMessageId(messageId)
                .setBatchId(batchId)
                .build();
    }

    private static ByteString trackingId(ByteString all, int n) {
        return all.substring(TRACKING_ID_BYTES * n, TRACKING_ID_BYTES * (n + 1));
    }

    private static void requireWhole(SmoothFlows flows, String what) {
        requireOneLength(
                what,
                flows.getTrackingIds(),
                flows.getReceivedAtMsCount(),
                flows.getSettledAtMsCount(),
                flows.getSourcePartitionsCount(),
                flows.getSourceOffsetsCount(),
                flows.getSourceTimestampsMsCount(),
                flows.getMessageIdsCount(),
                flows.getBatchIdsCount(),
                flows.getKeysCount(),
                flows.getSizesBytesCount(),
                flows.getNamesCount());
    }

    private static void requireWhole(SmoothResults results, String what) {
        requireOneLength(
                what,
                results.getTrackingIds(),
                results.getAtMsCount(),
                results.getMessageIdsCount(),
                results.getBatchIdsCount());
    }

    private static void requireOneLength(String what, ByteString trackingIds, int... columns) {
        for (int column : columns) {
            if (trackingIds.size() != TRACKING_ID_BYTES * column) {
                throw UnreadableLogException.malformed(what, "columns of different lengths");
            }
        }
    }
}
