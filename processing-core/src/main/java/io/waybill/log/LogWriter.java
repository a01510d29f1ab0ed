package io.waybill.log;

import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RecordTooLargeException;

/** Writes records, acknowledged by all in-sync replicas, in order for each partition and without duplicates by retry. */
public interface LogWriter extends AutoCloseable {

    /**
     * Hands the record over; the future completes when the broker has acknowledged it, exceptionally with Kafka's
     * exception. A record larger than the broker takes fails alone. One that the broker refuses for another reason fails
     * as {@link #isRefusal} says; of the records of a transaction at most one does, and the transaction has to abort.
     */
    CompletableFuture<RecordMetadata> send(ProducerRecord<byte[], byte[]> record);

    /**
     * Hands the record over; only a failure is told. It costs less than a future.
     *
     * @param listener called from any thread, before {@link #flush} returns
     */
    default void send(ProducerRecord<byte[], byte[]> record, FailureListener listener) {
        var unused = send(record).whenComplete((acknowledged, failure) -> {
            if (failure != null) {
                listener.failed(record, failure);
            }
        });
    }

    /** Waits until every record handed over is acknowledged or failed. */
    void flush();

    /** Whether this is the failure of one record, which the broker refuses as it is, whenever it is sent. */
    static boolean isRefusal(Throwable failure) {
        return failure instanceof InvalidRecordException
                || failure instanceof InvalidTimestampException
                || failure instanceof RecordTooLargeException;
    }

    @Override
    void close();

    /** For any thread. */
    interface FailureListener {

        /** @param failure as the future of {@link #send(ProducerRecord)} has it */
        void failed(ProducerRecord<byte[], byte[]> record, Throwable failure);
    }
}
