package io.waybill.testkit.log;

import io.waybill.log.LogAdmin.TopicDescription;
import io.waybill.testkit.sim.Point;
import io.waybill.testkit.sim.SimProcess;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.record.internal.AbstractRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.jspecify.annotations.Nullable;

/**
 * The records a writer has taken and not delivered yet. They die with the process. As in Kafka they leave by themselves
 * after a moment, whether or not anybody waits for them.
 */
final class SendBuffer {

    private static final int MOST_LINGER_MS = 50;
    private static final Point DELIVER = Point.remote("writer.deliver", 5);

    private final SimLog log;
    private final Broker broker;
    private final RandomGenerator random;
    private final Deque<Pending> waiting = new ArrayDeque<>();
    private final @Nullable SimProcess owner;
    private boolean delivering;
    private boolean lingering;
    private int sent;

    /** Takes a record at the broker. */
    interface Broker {

        /** @return the offset */
        long append(SimPartition partition, ProducerRecord<byte[], byte[]> record);

        /** A record was not acknowledged. */
        void failed(KafkaException reason);
    }

    SendBuffer(SimLog log, Broker broker) {
        this.log = log;
        this.broker = broker;
        this.random = log.simulation().random();
        this.owner = log.simulation().running();
    }

    private record Pending(ProducerRecord<byte[], byte[]> record, CompletableFuture<RecordMetadata> future) {}

    CompletableFuture<RecordMetadata> add(ProducerRecord<byte[], byte[]> record) {
        CompletableFuture<RecordMetadata> future = new Acknowledgement();
        try {
            checkSize(record);
        } catch (ApiException refused) {
            future.completeExceptionally(refused);
            return future;
        }
        waiting.add(new Pending(record, future));
        for (int i = random.nextInt(3); i > 0; i--) {
            deliverOne();
        }
        linger();
        return future;
    }

    private void linger() {
        if (owner != null && !lingering && !waiting.isEmpty()) {
            lingering = true;
            log.simulation().after(Duration.ofMillis(random.nextInt(1, MOST_LINGER_MS)), this::leave);
        }
    }

    /** What the writer's own thread does while its user does something else. */
    private void leave() {
        lingering = false;
        if (owner == null || owner.isGone()) {
            waiting.clear();
            return;
        }
        if (!delivering
                && !log.simulation().isOutage()
                && owner.isResponsive(log.simulation().nowNanos())) {
            while (!waiting.isEmpty()) {
                Pending next = waiting.remove();
                deliver(next, () -> append(target(next), next));
            }
        }
        linger();
    }

    private void checkSize(ProducerRecord<byte[], byte[]> record) {
        TopicDescription topic = log.topics().get(record.topic()).description();
        int bytes = AbstractRecords.estimateSizeInBytesUpperBound(
                RecordBatch.CURRENT_MAGIC_VALUE,
                Compression.NONE.type(),
                record.key(),
                record.value(),
                record.headers().toArray());
        if (bytes > topic.maxMessageBytes()) {
            throw new RecordTooLargeException(
                    "expected at most %d bytes, but was %d".formatted(topic.maxMessageBytes(), bytes));
        }
    }

    private void deliverOne() {
        Pending next = waiting.poll();
        if (next == null) {
            return;
        }
        delivering = true;
        try {
            deliver(next, () -> {
                SimPartition partition = target(next);
                return log.simulation().call(DELIVER, () -> append(partition, next));
            });
        } finally {
            delivering = false;
        }
    }

    private SimPartition target(Pending next) {
        return log.topics().target(next.record(), sent++ / 5);
    }

    private void deliver(Pending next, Supplier<RecordMetadata> delivery) {
        try {
            RecordMetadata delivered = delivery.get();
            log.changed();
            next.future().complete(delivered);
        } catch (KafkaException failure) {
            next.future().completeExceptionally(failure);
            broker.failed(failure);
        }
    }

    private RecordMetadata append(SimPartition partition, Pending next) {
        ProducerRecord<byte[], byte[]> record = next.record();
        if (record.key() == null && log.topics().get(record.topic()).isCompacted()) {
            throw new InvalidRecordException("compacted topic cannot accept a record without a key: " + record.topic());
        }
        long offset = broker.append(partition, record);
        return new RecordMetadata(
                partition.name(),
                offset,
                0,
                log.simulation().now().toEpochMilli(),
                length(record.key()),
                length(record.value()));
    }

    private static int length(byte @Nullable [] bytes) {
        return bytes == null ? -1 : bytes.length;
    }

    void deliverAll() {
        while (!waiting.isEmpty()) {
            deliverOne();
        }
    }

    void drop(KafkaException reason) {
        while (!waiting.isEmpty()) {
            waiting.poll().future().completeExceptionally(reason);
        }
    }

    /** Who waits for it drives the delivery: a real wait would hold the baton for ever. */
    private final class Acknowledgement extends CompletableFuture<RecordMetadata> {

        @Override
        public RecordMetadata get() throws InterruptedException, ExecutionException {
            deliverAll();
            return super.get();
        }

        @Override
        public RecordMetadata get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException {
            return get();
        }

        @Override
        public RecordMetadata join() {
            deliverAll();
            return super.join();
        }
    }
}
