package io.waybill.log;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Reads partitions of the log in offset order, committed records only. One thread, except {@link #wakeup}. */
public interface LogReader extends AutoCloseable {

    /** From now on exactly these partitions; those that are new need a {@link #seek} before the next poll. */
    void assign(Collection<TopicPartition> partitions);

    /**
     * The next records, at most a configured number; waits up to {@code timeout} for the first. Records of one
     * partition come in offset order.
     *
     * @throws org.apache.kafka.clients.consumer.OffsetOutOfRangeException where a position is outside the log
     * @throws org.apache.kafka.common.errors.WakeupException after {@link #wakeup}
     */
    List<ConsumerRecord<byte[], byte[]>> poll(Duration timeout);

    void seek(TopicPartition partition, long offset);

    /** The offset of the next record to be polled. Moves past aborted records and markers. */
    long position(TopicPartition partition);

    void pause(Collection<TopicPartition> partitions);

    void resume(Collection<TopicPartition> partitions);

    /** The first offset that still exists. */
    Map<TopicPartition, Long> beginningOffsets(Collection<TopicPartition> partitions);

    /** The high watermark: past the last record, open transactions included. */
    Map<TopicPartition, Long> highWatermarks(Collection<TopicPartition> partitions);

    /** Ends the current or the next poll early. Safe for any thread. */
    void wakeup();

    @Override
    void close();
}
