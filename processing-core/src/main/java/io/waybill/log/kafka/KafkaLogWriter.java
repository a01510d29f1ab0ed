package io.waybill.log.kafka;

import io.waybill.log.LogWriter;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

class KafkaLogWriter implements LogWriter {

    private final Producer<byte[], byte[]> producer;
    private final TopicLimits limits;
    private final Duration closeTimeout;

    KafkaLogWriter(Map<String, Object> settings, TopicLimits limits, Duration closeTimeout) {
        this.producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        this.limits = limits;
        this.closeTimeout = closeTimeout;
    }

    Producer<byte[], byte[]> producer() {
        return producer;
    }

    @Override
    public CompletableFuture<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
        CompletableFuture<RecordMetadata> acknowledged = new CompletableFuture<>();
        try {
            limits.check(record);
            Callback callback = (metadata, failure) -> complete(acknowledged, record, metadata, failure);
            var unused = producer.send(record, callback);
        } catch (KafkaException refused) {
            acknowledged.completeExceptionally(KafkaFailures.unwrapped(refused));
        }
        return acknowledged;
    }

    private void complete(
            CompletableFuture<RecordMetadata> acknowledged,
            ProducerRecord<byte[], byte[]> record,
            RecordMetadata metadata,
            @Nullable Exception failure) {
        if (failure == null) {
            acknowledged.complete(metadata);
            return;
        }
        if (failure instanceof RecordTooLargeException) {
            limits.forget(record.topic());
        }
        acknowledged.completeExceptionally(KafkaFailures.unwrapped(failure));
    }

    @Override
    public void flush() {
        KafkaFailures.call(producer::flush);
    }

    @Override
    public void close() {
        producer.close(closeTimeout);
    }
}
