package io.waybill.projection;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import io.waybill.log.LogReader;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** One projection on one open reader. One thread. */
final class Follower implements AutoCloseable {

    private final Projection projection;
    private final LogReader reader;

    /** What the database says of each partition; compared and set with every batch. */
    private final Map<TopicPartition, Long> applied = new HashMap<>();

    /** Everything below is applied; ahead of {@link #applied} by markers and aborted records only. */
    private final Map<TopicPartition, Long> reached = new HashMap<>();

    private boolean positioned;

    Follower(Projection projection, LogReader reader, Collection<TopicPartition> partitions) {
        this.projection = projection;
        this.reader = reader;
        reader.assign(partitions);
        partitions.forEach(partition -> applied.put(partition, 0L));
    }

    /** Applies what one poll brings. Whatever it throws, the next call starts from the database's positions again. */
    void follow(Duration timeout) {
        if (!positioned) {
            position();
        }
        positioned = false;
        if (applyAll(reader.poll(timeout))) {
            reached.replaceAll((partition, offset) -> reader.position(partition));
            positioned = true;
        }
    }

    /** Takes over the database's positions, whoever wrote them. */
    private void position() {
        Map<TopicPartition, Long> stored = projection.positions();
        applied.replaceAll((partition, offset) -> stored.getOrDefault(partition, 0L));
        Map<TopicPartition, Long> first = reader.beginningOffsets(applied.keySet());
        Map<TopicPartition, Long> end = reader.highWatermarks(applied.keySet());
        applied.forEach((partition, offset) -> {
            long from = first.getOrDefault(partition, 0L);
            long to = end.getOrDefault(partition, 0L);
            if (offset < from || offset > to) {
                throw PositionOutsideLogException.of(partition, offset, from, to);
            }
            reader.seek(partition, offset);
        });
        reached.putAll(applied);
    }

    /** @return false where someone else was faster: nothing more of this poll counts */
    private boolean applyAll(List<ConsumerRecord<byte[], byte[]>> records) {
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> batches = records.stream()
                .collect(groupingBy(
                        record -> new TopicPartition(record.topic(), record.partition()),
                        LinkedHashMap::new,
                        toList()));
        for (var batch : batches.entrySet()) {
            TopicPartition partition = batch.getKey();
            long expected = applied.getOrDefault(partition, 0L);
            long next = batch.getValue().getLast().offset() + 1;
            if (!projection.apply(partition, expected, next, batch.getValue())) {
                return false;
            }
            applied.put(partition, next);
        }
        return true;
    }

    /** Offsets from what is applied to the high watermarks, all partitions together. Asks the broker. */
    long lag() {
        Map<TopicPartition, Long> end = reader.highWatermarks(applied.keySet());
        return applied.keySet().stream()
                .mapToLong(
                        partition -> Math.max(0, end.getOrDefault(partition, 0L) - reached.getOrDefault(partition, 0L)))
                .sum();
    }

    /** Ends the current or the next poll early. Safe for any thread. */
    void wakeup() {
        reader.wakeup();
    }

    @Override
    public void close() {
        reader.close();
    }
}
