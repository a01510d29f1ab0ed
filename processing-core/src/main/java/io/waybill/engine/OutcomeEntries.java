package io.waybill.engine;

import io.waybill.format.ColumnarMessage;
import io.waybill.format.ColumnarMessage.Column;
import io.waybill.format.LogFormats;
import io.waybill.format.v1.CheckpointId;
import io.waybill.format.v1.OutcomeBlock;
import io.waybill.format.v1.PartState;
import io.waybill.format.v1.SmoothFlows;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** The entries of one block of outcomes; smooth flows in columns, by what they have in common. */
final class OutcomeEntries implements Packed.Block<Saying> {

    private static final byte[] NOTHING = {};

    private final StagePlan plan;
    private final OutcomeBlock.Builder block = OutcomeBlock.newBuilder();
    private final Map<Common, Columns> smooth = new LinkedHashMap<>();
    private @Nullable Columns latest;
    private int bytes;

    private record Common(String topic, PartState state, List<String> outputs) {

        static Common of(SmoothFlow flow) {
            return new Common(
                    flow.record().source().topic(),
                    flow.settled().state(),
                    flow.settled().outputs());
        }

        boolean isOf(SmoothFlow flow) {
            return state == flow.settled().state()
                    && topic.equals(flow.record().source().topic())
                    && outputs.equals(flow.settled().outputs());
        }
    }

    private static final class Columns {

        final Common common;
        final ColumnarMessage flows;
        final Column ids;
        final Column receivedAt;
        final Column settledAt;
        final Column partitions;
        final Column offsets;
        final Column timestamps;
        final Column messageIds;
        final Column batchIds;
        final Column keys;
        final Column sizes;
        final Column names;

        Columns(Common common) {
            this.common = common;
            this.flows = new ColumnarMessage(SmoothFlows.newBuilder()
                    .setSourceTopic(common.topic())
                    .setState(common.state())
                    .addAllOutputs(common.outputs())
                    .build());
            this.ids = flows.bytes(SmoothFlows.TRACKING_IDS_FIELD_NUMBER);
            this.receivedAt = flows.numbers(SmoothFlows.RECEIVED_AT_MS_FIELD_NUMBER);
            this.settledAt = flows.numbers(SmoothFlows.SETTLED_AT_MS_FIELD_NUMBER);
            this.partitions = flows.numbers(SmoothFlows.SOURCE_PARTITIONS_FIELD_NUMBER);
            this.offsets = flows.numbers(SmoothFlows.SOURCE_OFFSETS_FIELD_NUMBER);
            this.timestamps = flows.numbers(SmoothFlows.SOURCE_TIMESTAMPS_MS_FIELD_NUMBER);
            this.messageIds = flows.values(SmoothFlows.MESSAGE_IDS_FIELD_NUMBER);
            this.batchIds = flows.values(SmoothFlows.BATCH_IDS_FIELD_NUMBER);
            this.keys = flows.values(SmoothFlows.KEYS_FIELD_NUMBER);
            this.sizes = flows.numbers(SmoothFlows.SIZES_BYTES_FIELD_NUMBER);
            this.names = flows.values(SmoothFlows.NAMES_FIELD_NUMBER);
        }

        void add(SmoothFlow flow) {
            FlowRecord record = flow.record();
            byte[] key = record.key();
            ids.add(flow.flow());
            receivedAt.add(flow.arrived().atMs());
            settledAt.add(flow.endedAtMs());
            partitions.add(record.source().partition());
            offsets.add(record.source().offset());
            timestamps.add(record.timestampMs());
            messageIds.add(record.messageId());
            batchIds.add(record.batchId());
            keys.add(key == null ? NOTHING : key);
            sizes.add(record.payload().length);
            names.add(flow.name());
        }
    }

    OutcomeEntries(StagePlan plan, CheckpointId checkpoint) {
        this.plan = plan;
        block.setCheckpoint(checkpoint)
                .setPipeline(plan.pipeline().name())
                .setPipelineVersion(plan.pipeline().version())
                .setStage(plan.stage());
    }

    @Override
    public void add(Saying saying) {
        switch (saying) {
            case Fact fact -> block.addOutcomes(fact.outcome());
            case SmoothFlow flow -> columnsOf(flow).add(flow);
        }
        bytes += saying.size();
    }

    /** Mostly those of the flow before. */
    private Columns columnsOf(SmoothFlow flow) {
        Columns last = latest;
        if (last == null || !last.common.isOf(flow)) {
            last = smooth.computeIfAbsent(Common.of(flow), Columns::new);
            latest = last;
        }
        return last;
    }

    @Override
    public int bytes() {
        return bytes;
    }

    @Override
    public ProducerRecord<byte[], byte[]> record(int partition, int chunk) {
        ColumnarMessage all = new ColumnarMessage(block.setChunk(chunk).build());
        smooth.values().forEach(columns -> all.embed(OutcomeBlock.SMOOTH_FIELD_NUMBER, columns.flows));
        return new ProducerRecord<>(plan.topics().outcomes(), partition, null, LogFormats.encode(all));
    }
}
