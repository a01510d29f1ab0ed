package io.waybill.engine;

import io.waybill.format.LogFormats;
import io.waybill.format.TrackingId;
import io.waybill.format.v1.CheckpointId;
import io.waybill.format.v1.Outcome;
import io.waybill.format.v1.OutcomeBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Packs the outcomes of one checkpoint: a block for each partition, more where one would be too large. */
final class OutcomeBlocks {

    private static final int MAX_BLOCK_BYTES = 400 * 1024;

    private final StagePlan plan;
    private final CheckpointId checkpoint;
    private final Map<Integer, Block> blocks = new TreeMap<>();
    private final List<ProducerRecord<byte[], byte[]>> full = new ArrayList<>();

    OutcomeBlocks(StagePlan plan, CheckpointId checkpoint) {
        this.plan = plan;
        this.checkpoint = checkpoint;
    }

    void add(Outcome outcome) {
        int partition = TrackingId.of(outcome.getTrackingId()).partition(plan.outcomePartitions());
        Block block = blocks.computeIfAbsent(partition, p -> new Block());
        block.outcomes.add(outcome);
        block.bytes += outcome.getSerializedSize();
        if (block.bytes > MAX_BLOCK_BYTES) {
            full.add(record(partition, block));
        }
    }

    /** All of them, each partition's in order; nothing is left behind. */
    List<ProducerRecord<byte[], byte[]>> drain() {
        blocks.forEach((partition, block) -> {
            if (!block.outcomes.isEmpty()) {
                full.add(record(partition, block));
            }
        });
        List<ProducerRecord<byte[], byte[]>> all = List.copyOf(full);
        full.clear();
        return all;
    }

    private ProducerRecord<byte[], byte[]> record(int partition, Block block) {
        OutcomeBlock value = OutcomeBlock.newBuilder()
                .setCheckpoint(checkpoint)
                .setPipeline(plan.pipeline().name())
                .setPipelineVersion(plan.pipeline().version())
                .setStage(plan.stage())
                .setChunk(block.chunk++)
                .addAllOutcomes(block.outcomes)
                .build();
        block.outcomes.clear();
        block.bytes = 0;
        return new ProducerRecord<>(plan.topics().outcomes(), partition, null, LogFormats.encode(value));
    }

    private static final class Block {
        private final List<Outcome> outcomes = new ArrayList<>();
        private int bytes;
        private int chunk;
    }
}
