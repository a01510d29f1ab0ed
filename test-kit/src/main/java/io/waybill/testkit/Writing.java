package io.waybill.testkit;

import io.waybill.log.LogWriter;
import io.waybill.testkit.log.SimLog;
import java.util.concurrent.CompletionException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/** What the world outside the instance writes: at once. */
final class Writing {

    private Writing() {}

    /** @throws PipelineTestException where the topic does not take it */
    static RecordMetadata write(SimLog log, ProducerRecord<byte[], byte[]> record) {
        try (LogWriter writer = log.writer()) {
            return writer.send(record).join();
        } catch (CompletionException refused) {
            throw PipelineTestException.refused(record.topic(), refused);
        }
    }
}
