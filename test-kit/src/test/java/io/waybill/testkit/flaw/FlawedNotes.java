package io.waybill.testkit.flaw;

import io.waybill.format.LogFormats;
import io.waybill.format.v1.OwnerNote;
import io.waybill.format.v1.SuspectGroup;
import io.waybill.format.v1.SuspectRun;
import io.waybill.log.LogWriter;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;

/** Flaws of the notes that owners of tasks leave. */
final class FlawedNotes implements LogWriter {

    private final FlawedLog log;
    private final LogWriter writer;

    FlawedNotes(FlawedLog log, LogWriter writer) {
        this.log = log;
        this.writer = writer;
    }

    @Override
    public CompletableFuture<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
        if (log.isOwners(record.topic()) && isLost(record.value())) {
            return CompletableFuture.completedFuture(
                    new RecordMetadata(new TopicPartition(record.topic(), 0), 0, 0, 0, 0, 0));
        }
        return writer.send(record);
    }

    private boolean isLost(byte[] value) {
        if (log.has(Flaw.NOTES_NOT_ON_THE_LOG) || value == null) {
            return log.has(Flaw.NOTES_NOT_ON_THE_LOG);
        }
        OwnerNote note = LogFormats.decode(OwnerNote.parser(), value, "note");
        return (log.has(Flaw.RUN_BEFORE_IT_IS_NOTED)
                        && note.getSuspect().getRunsList().stream().anyMatch(SuspectRun::getRunning))
                || (log.has(Flaw.GROUP_RUN_BEFORE_IT_IS_NOTED)
                        && note.getGroupList().stream().anyMatch(SuspectGroup::getRunning));
    }

    @Override
    public void flush() {
        writer.flush();
    }

    @Override
    public void close() {
        writer.close();
    }
}
