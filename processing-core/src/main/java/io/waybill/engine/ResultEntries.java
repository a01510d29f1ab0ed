package io.waybill.engine;

import io.waybill.format.ColumnarMessage;
import io.waybill.format.ColumnarMessage.Column;
import io.waybill.format.LogFormats;
import io.waybill.format.v1.ResultBlock;
import io.waybill.format.v1.SmoothResults;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The entries of one block of results; those of smooth flows in columns. */
final class ResultEntries implements Packed.Block<Saying> {

    private final StagePlan plan;
    private final ResultBlock.Builder block = ResultBlock.newBuilder();
    private final ColumnarMessage smooth;
    private final Column ids;
    private final Column endedAt;
    private final Column messageIds;
    private final Column batchIds;
    private boolean hasSmooth;
    private int bytes;

    ResultEntries(StagePlan plan) {
        this.plan = plan;
        this.smooth = new ColumnarMessage(
                SmoothResults.newBuilder().setPipeline(plan.pipeline().name()).build());
        this.ids = smooth.bytes(SmoothResults.TRACKING_IDS_FIELD_NUMBER);
        this.endedAt = smooth.numbers(SmoothResults.AT_MS_FIELD_NUMBER);
        this.messageIds = smooth.values(SmoothResults.MESSAGE_IDS_FIELD_NUMBER);
        this.batchIds = smooth.values(SmoothResults.BATCH_IDS_FIELD_NUMBER);
    }

    @Override
    public void add(Saying saying) {
        switch (saying) {
            case SmoothFlow flow -> {
                hasSmooth = true;
                ids.add(flow.flow());
                endedAt.add(flow.endedAtMs());
                messageIds.add(flow.record().messageId());
                batchIds.add(flow.record().batchId());
            }
            case Fact.Succeeded succeeded -> block.addResults(succeeded.result());
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
        ColumnarMessage all = new ColumnarMessage(block.build());
        if (hasSmooth) {
            all.embed(ResultBlock.SMOOTH_FIELD_NUMBER, smooth);
        }
        return new ProducerRecord<>(plan.topics().results(), partition, null, LogFormats.encode(all));
    }
}
