package io.waybill.testkit.log;

import io.waybill.log.LogWriter;
import io.waybill.log.TransactionalWriter;
import io.waybill.testkit.sim.Point;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.OffsetMetadataTooLarge;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TransactionAbortedException;
import org.jspecify.annotations.Nullable;

/** A transactional writer with the states of Kafka's own: a failure inside a transaction leaves abort as the only way. */
final class SimTransactionalWriter implements TransactionalWriter, SendBuffer.Broker {

    private static final Point INIT = Point.remote("writer.init", 15);
    private static final Point OFFSETS = Point.remote("writer.sendOffsets", 30);
    private static final Point COMMIT = Point.deferrable("writer.commit", 50);
    private static final Point ABORT = Point.remote("writer.abort", 30);
    private static final int MAX_METADATA_BYTES = 4096;

    private final SimLog log;
    private final String id;
    private final Duration timeout;
    private final SendBuffer buffer;
    private State state = State.NEW;
    private @Nullable KafkaException error;
    private @Nullable Runnable unanswered;
    private boolean empty = true;
    private int epoch;
    private long number;

    private enum State {
        NEW,
        READY,
        OPEN,
        ABORTABLE,
        COMMITTING,
        ABORTING,
        FATAL
    }

    SimTransactionalWriter(SimLog log, String id, Duration timeout) {
        this.log = log;
        this.id = id;
        this.timeout = timeout;
        this.buffer = new SendBuffer(log, this);
    }

    @Override
    public void initTransactions() {
        expect(EnumSet.of(State.NEW));
        epoch = log.simulation().call(INIT, () -> log.transactions().init(id, timeout));
        state = State.READY;
    }

    @Override
    public void begin() {
        expect(EnumSet.of(State.READY));
        state = State.OPEN;
        empty = true;
        number++;
    }

    @Override
    public CompletableFuture<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
        KafkaException reason = error;
        if (state == State.ABORTABLE && reason != null && LogWriter.isRefusal(reason)) {
            return CompletableFuture.failedFuture(refusedAnother(reason));
        }
        expect(EnumSet.of(State.OPEN));
        empty = false;
        return buffer.add(record);
    }

    @Override
    public long append(SimPartition partition, ProducerRecord<byte[], byte[]> record) {
        SimTransaction transaction = log.transactions().joinForRecord(id, epoch, number);
        return partition.append(record, log.simulation().now().toEpochMilli(), transaction);
    }

    @Override
    public void failed(KafkaException reason) {
        boolean fatal = reason instanceof ProducerFencedException || reason instanceof InvalidTxnStateException;
        error = reason;
        state = fatal ? State.FATAL : State.ABORTABLE;
        buffer.drop(LogWriter.isRefusal(reason) ? refusedAnother(reason) : reason);
    }

    private static KafkaException refusedAnother(KafkaException reason) {
        return new KafkaException("another record was refused", reason);
    }

    @Override
    public void flush() {
        log.simulation().checkAlive();
        buffer.deliverAll();
    }

    @Override
    public void sendOffsets(Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata metadata) {
        expect(EnumSet.of(State.OPEN));
        empty = false;
        Map<TopicPartition, OffsetAndMetadata> sent = Map.copyOf(offsets);
        try {
            log.simulation().run(OFFSETS, () -> addOffsets(sent, metadata));
        } catch (TimeoutException unknown) {
            unanswered = () -> addOffsets(sent, metadata);
            throw unknown;
        } catch (KafkaException failure) {
            failed(failure);
            throw failure;
        }
    }

    private void addOffsets(Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata metadata) {
        SimTransaction transaction = log.transactions().join(id, epoch, number);
        SimGroup group = log.group(metadata.groupId());
        if (!log.has(PlantedBug.UNCHECKED_GENERATION)) {
            group.check(metadata, offsets.keySet());
        }
        for (OffsetAndMetadata offset : offsets.values()) {
            if (offset.metadata().length() > MAX_METADATA_BYTES) {
                throw new OffsetMetadataTooLarge("expected at most " + MAX_METADATA_BYTES + " bytes of metadata");
            }
        }
        log.changed();
        if (log.has(PlantedBug.OFFSETS_OUTSIDE_TRANSACTION)) {
            group.commit(offsets);
        } else {
            group.add(transaction, offsets);
        }
    }

    @Override
    public void commit() {
        expect(EnumSet.of(State.OPEN, State.COMMITTING));
        if (state == State.OPEN) {
            buffer.deliverAll();
            expect(EnumSet.of(State.OPEN));
            sendAgain();
        }
        state = State.COMMITTING;
        if (!empty) {
            end(true, COMMIT);
        }
        state = State.READY;
    }

    /** As in Kafka, the commit follows the offsets whose sender lost patience. */
    private void sendAgain() {
        Runnable offsets = unanswered;
        unanswered = null;
        if (offsets != null) {
            try {
                log.simulation().run(Point.local("writer.sendOffsets.again"), offsets);
            } catch (KafkaException failure) {
                failed(failure);
                throw failure;
            }
        }
    }

    @Override
    public void abort() {
        expect(EnumSet.of(State.OPEN, State.ABORTABLE, State.ABORTING));
        buffer.drop(new TransactionAbortedException());
        unanswered = null;
        state = State.ABORTING;
        error = null;
        if (!empty) {
            end(false, ABORT);
        }
        state = State.READY;
    }

    private void end(boolean commit, Point point) {
        long ending = number;
        int as = epoch;
        try {
            log.simulation().run(point, () -> {
                log.transactions().end(id, as, ending, commit);
                log.changed();
            });
        } catch (TimeoutException unknown) {
            if (!commit || !log.has(PlantedBug.LOST_COMMIT_REPORTED_DONE)) {
                throw unknown;
            }
        } catch (KafkaException fatal) {
            state = State.FATAL;
            error = fatal;
            throw fatal;
        }
    }

    private void expect(Set<State> legal) {
        log.simulation().checkAlive();
        KafkaException reason = error;
        if (state == State.FATAL && reason != null) {
            throw reason instanceof ProducerFencedException
                    ? new ProducerFencedException(reason.getMessage())
                    : new KafkaException(
                            "Cannot execute transactional method because we are in an error state", reason);
        }
        if (state == State.ABORTABLE && !legal.contains(state)) {
            throw reason instanceof CommitFailedException stale
                    ? new KafkaException("Transaction is in an abortable error state", stale)
                    : new KafkaException(
                            "Cannot execute transactional method because we are in an error state", reason);
        }
        if (!legal.contains(state)) {
            throw new IllegalStateException("expected the writer to be " + legal + ", but was " + state);
        }
    }

    /** Kafka's writer tries to abort what is open; nobody learns whether it succeeded. */
    @Override
    public void close() {
        log.simulation().checkAlive();
        if (state == State.OPEN || state == State.ABORTABLE) {
            try {
                abort();
            } catch (KafkaException unknown) {
                error = unknown;
            }
        }
        state = State.NEW;
    }
}
