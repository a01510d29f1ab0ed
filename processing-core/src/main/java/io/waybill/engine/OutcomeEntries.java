package io.waybill.engine;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.waybill.format.LogFormats;
import io.waybill.format.v1.CheckpointId;
import io.waybill.format.v1.OutcomeBlock;
import io.waybill.format.v1.PartState;
import io.waybill.format.v1.SmoothFlows;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The entries of one block of outcomes; smooth flows in columns, by what they have in common. */
final class OutcomeEntries implements Packed.Block<Saying> {

    private final StagePlan plan;
    private final OutcomeBlock.Builder block = OutcomeBlock.newBuilder();
    private final Map<Common, Columns> smooth = new LinkedHashMap<>();
    private int bytes;

    private record Common(String topic, PartState state, List<String> outputs) {

        static Common of(SmoothFlow flow) {
            return new Common(
                    flow.record().source().getTopic(),
                    flow.settled().state(),
                    flow.settled().outputs());
        }
    }

    private static final class Columns {

        final SmoothFlows.Builder flows = SmoothFlows.newBuilder();
        final TrackingIds ids = new TrackingIds();

        Columns(Common common) {
            flows.setSourceTopic(common.topic()).setState(common.state()).addAllOutputs(common.outputs());
        }

        void add(SmoothFlow flow) {
            FlowRecord record = flow.record();
            byte[] key = record.key();
            ids.add(flow.flow());
            flows.addReceivedAtMs(flow.arrived().atMs())
                    .addSettledAtMs(flow.endedAtMs())
                    .addSourcePartitions(record.source().getPartition())
                    .addSourceOffsets(record.source().getNextOffset())
                    .addSourceTimestampsMs(record.timestampMs())
                    .addMessageIds(record.messageId())
                    .addBatchIds(record.batchId())
                    .addKeys(key == null ? ByteString.EMPTY : UnsafeByteOperations.unsafeWrap(key))
                    .addSizesBytes(record.payload().length)
                    .addNames(flow.name());
        }

        SmoothFlows build() {
            return flows.setTrackingIds(ids.toByteString()).build();
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
            case SmoothFlow flow ->
                smooth.computeIfAbsent(Common.of(flow), Columns::new).add(flow);
        }
        bytes += saying.size();
    }

    @Override
    public int bytes() {
        return bytes;
    }

    @Override
    public ProducerRecord<byte[], byte[]> record(int partition, int chunk) {
        smooth.values().forEach(columns -> block.addSmooth(columns.build()));
        byte[] value = LogFormats.encode(block.setChunk(chunk).build());
        return new ProducerRecord<>(plan.topics().outcomes(), partition, null, value);
    }
}
