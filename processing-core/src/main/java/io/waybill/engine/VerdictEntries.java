package io.waybill.engine;

import io.waybill.format.LogFormats;
import io.waybill.format.v1.ReplayCommand;
import io.waybill.format.v1.Verdict;
import io.waybill.format.v1.Verdicts;
import io.waybill.log.LogAdmin.TopicDescription;
import org.apache.kafka.clients.producer.ProducerRecord;

/** What one checkpoint of the stage of claims tells one task of the source, while it grows. */
final class VerdictEntries implements Packed.Block<Verdict> {

    private static final int LONGEST_OFFSET = 9;

    private final TopicDescription sourceReplays;
    private final Verdicts.Builder verdicts = Verdicts.newBuilder();
    private int bytes;

    VerdictEntries(TopicDescription sourceReplays) {
        this.sourceReplays = sourceReplays;
    }

    @Override
    public void add(Verdict verdict) {
        if (verdict.getKind() == Verdict.Kind.FIRST) {
            verdicts.addFirst(verdict.getOffset());
            bytes += LONGEST_OFFSET;
        } else {
            verdicts.addOthers(verdict);
            bytes += verdict.getSerializedSize();
        }
    }

    @Override
    public int bytes() {
        return bytes;
    }

    @Override
    public ProducerRecord<byte[], byte[]> record(int partition, int chunk) {
        ReplayCommand command = ReplayCommand.newBuilder()
                .setAction(ReplayCommand.Action.VERDICTS)
                .setVerdicts(verdicts)
                .build();
        return new ProducerRecord<>(sourceReplays.name(), partition, null, LogFormats.encode(command));
    }
}
