package io.waybill.engine;

import io.waybill.format.LogFormats;
import io.waybill.format.v1.ResultBlock;
import io.waybill.format.v1.SmoothResults;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The entries of one block of results; those of smooth flows in columns. */
final class ResultEntries implements Packed.Block<Saying> {

    private final StagePlan plan;
    private final ResultBlock.Builder block = ResultBlock.newBuilder();
    private final SmoothResults.Builder smooth = SmoothResults.newBuilder();
    private final TrackingIds smoothIds = new TrackingIds();
    private int bytes;

    ResultEntries(StagePlan plan) {
        this.plan = plan;
    }

    @Override
    public void add(Saying saying) {
        switch (saying) {
            case SmoothFlow flow -> {
                smoothIds.add(flow.flow());
                smooth.addAtMs(flow.endedAtMs())
                        .addMessageIds(flow.record().messageId())
                        .addBatchIds(flow.record().batchId());
            }
            case Fact.Ended ended -> block.addResults(ended.result());
            case Fact.Arrived arrived -> {
                return;
            }
            case Fact.Settled settled -> {
                return;
            }
            case Fact.Told told -> {
                return;
            }
        }
        bytes += saying.size();
    }

    @Override
    public int bytes() {
        return bytes;
    }

    @Override
    public ProducerRecord<byte[], byte[]> record(int partition, int chunk) {
        if (smooth.getAtMsCount() > 0) {
            block.addSmooth(smooth.setPipeline(plan.pipeline().name()).setTrackingIds(smoothIds.toByteString()));
        }
        return new ProducerRecord<>(plan.topics().results(), partition, null, LogFormats.encode(block.build()));
    }
}
