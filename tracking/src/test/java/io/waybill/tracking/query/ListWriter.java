package io.waybill.tracking.query;

import io.waybill.log.LogWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Acknowledges at once, or fails on demand. */
final class ListWriter implements LogWriter {

    final List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();

    @Nullable
    RuntimeException failure;

    @Override
    public CompletableFuture<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
        if (failure != null) {
            return CompletableFuture.failedFuture(failure);
        }
        records.add(record);
        return CompletableFuture.completedFuture(
                new RecordMetadata(new TopicPartition(record.topic(), 0), records.size(), 0, 0, 0, 0));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
