package io.waybill.log;

import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/** Writes records, acknowledged by all in-sync replicas, in order for each partition and without duplicates by retry. */
public interface LogWriter extends AutoCloseable {

    /**
     * Hands the record over; the future completes when the broker has acknowledged it, exceptionally with Kafka's
     * exception. A record larger than the broker takes fails alone.
     */
    CompletableFuture<RecordMetadata> send(ProducerRecord<byte[], byte[]> record);

    /** Waits until every record handed over is acknowledged or failed. */
    void flush();

    @Override
    void close();
}
