package io.waybill.testkit.log;

import io.waybill.log.LogWriter;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;

/** An idempotent writer: each record at most once, each future tells what its writer can know. */
final class SimWriter implements LogWriter, SendBuffer.Broker {

    private final SimLog log;
    private final SendBuffer buffer;

    SimWriter(SimLog log) {
        this.log = log;
        this.buffer = new SendBuffer(log, this);
    }

    @Override
    public CompletableFuture<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
        log.simulation().checkAlive();
        return buffer.add(record);
    }

    @Override
    public void flush() {
        log.simulation().checkAlive();
        buffer.deliverAll();
    }

    @Override
    public long append(SimPartition partition, ProducerRecord<byte[], byte[]> record) {
        return partition.append(record, log.simulation().now().toEpochMilli(), null);
    }

    @Override
    public void failed(KafkaException reason) {
        // Each record fails alone.
    }

    @Override
    public void close() {
        flush();
    }
}
