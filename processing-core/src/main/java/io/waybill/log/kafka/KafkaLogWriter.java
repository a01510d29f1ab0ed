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
    private volatile boolean refusedOne;

    KafkaLogWriter(Map<String, Object> settings, TopicLimits limits, Duration closeTimeout) {
        this.producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        this.limits = limits;
        this.closeTimeout = closeTimeout;
    }

    /** What is refused from now on is refused for itself. */
    void forgetRefusal() {
        refusedOne = false;
    }

    Producer<byte[], byte[]> producer() {
        return producer;
    }

    @Override
    public CompletableFuture<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
        CompletableFuture<RecordMetadata> acknowledged = new CompletableFuture<>();
        send(record, acknowledged, (of, failure) -> acknowledged.completeExceptionally(failure));
        return acknowledged;
    }

    @Override
    public void send(ProducerRecord<byte[], byte[]> record, FailureListener listener) {
        send(record, null, listener);
    }

    private void send(
            ProducerRecord<byte[], byte[]> record,
            @Nullable CompletableFuture<RecordMetadata> acknowledged,
            FailureListener listener) {
        try {
            limits.check(record);
        } catch (KafkaException tooLarge) {
            listener.failed(record, tooLarge);
            return;
        }
        try {
            Callback callback = (metadata, failure) -> {
                if (failure != null) {
                    listener.failed(record, failed(record, failure));
                } else if (acknowledged != null) {
                    acknowledged.complete(metadata);
                }
            };
            var unused = producer.send(record, callback);
        } catch (KafkaException failure) {
            listener.failed(record, itsOwn(failure));
        }
    }

    /** The producer fails all that was not sent yet, and all that comes, with the reason of the one that was refused. */
    private RuntimeException itsOwn(Exception failure) {
        RuntimeException reason = KafkaFailures.unwrapped(failure);
        if (!LogWriter.isRefusal(reason)) {
            return reason;
        }
        if (refusedOne) {
            return new KafkaException("another record was refused", reason);
        }
        refusedOne = true;
        return reason;
    }

    private RuntimeException failed(ProducerRecord<byte[], byte[]> record, Exception failure) {
        if (failure instanceof RecordTooLargeException) {
            limits.forget(record.topic());
        }
        return itsOwn(failure);
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
