package io.waybill.engine;

import io.waybill.log.LogReader;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * A compacted topic of one partition, read whole: from its beginning to its end, and then on. What the records mean is
 * the reader's business. One thread.
 */
final class FollowedTopic implements AutoCloseable {

    private static final Duration STEP = Duration.ofMillis(100);

    private final Ports ports;
    private final TopicPartition partition;
    private final Consumer<ConsumerRecord<byte[], byte[]>> each;
    private final LogReader reader;
    private Instant nextLook = Instant.EPOCH;

    /** @param each is given every record, in the order of the log, by {@link #refresh} and {@link #look} */
    FollowedTopic(Ports ports, String topic, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        this.ports = ports;
        this.partition = new TopicPartition(topic, 0);
        this.each = each;
        this.reader = ports.log().reader();
        try {
            reader.assign(List.of(partition));
            reader.seek(partition, reader.beginningOffsets(Set.of(partition)).getOrDefault(partition, 0L));
        } catch (RuntimeException e) {
            reader.close();
            throw e;
        }
    }

    /** Reads to the end as it is now, or until the stop is requested. */
    void refresh() {
        long end = ends(Set.of(partition)).getOrDefault(partition, 0L);
        while (reader.position(partition) < end && !ports.stop().requested()) {
            reader.poll(STEP).forEach(each);
        }
    }

    /** Reads on, once in {@code pace} and without waiting; true where it looked. */
    boolean look(Duration pace) {
        Instant now = ports.clock().instant();
        if (now.isBefore(nextLook)) {
            return false;
        }
        nextLook = now.plus(pace);
        reader.poll(Duration.ZERO).forEach(each);
        return true;
    }

    /** The high watermarks of partitions of any topic. */
    Map<TopicPartition, Long> ends(Set<TopicPartition> partitions) {
        return reader.highWatermarks(partitions);
    }

    @Override
    public void close() {
        reader.close();
    }
}
