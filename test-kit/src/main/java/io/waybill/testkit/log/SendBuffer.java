package io.waybill.testkit.log;

import io.waybill.log.LogAdmin.TopicDescription;
import io.waybill.testkit.sim.Point;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.record.internal.AbstractRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.jspecify.annotations.Nullable;

/** The records a writer has taken and not delivered yet. They die with the process. */
final class SendBuffer {

    private static final Point DELIVER = Point.remote("writer.deliver", 5);

    private final SimLog log;
    private final Broker broker;
    private final RandomGenerator random;
    private final Deque<Pending> waiting = new ArrayDeque<>();
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
        return future;
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
        try {
            SimPartition partition = log.topics().target(next.record(), sent++ / 5);
            long offset = log.simulation().call(DELIVER, () -> broker.append(partition, next.record()));
            log.changed();
            next.future()
                    .complete(new RecordMetadata(
                            partition.name(),
                            offset,
                            0,
                            log.simulation().now().toEpochMilli(),
                            length(next.record().key()),
                            length(next.record().value())));
        } catch (KafkaException failure) {
            next.future().completeExceptionally(failure);
            broker.failed(failure);
        }
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
