package io.waybill.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Says what a task may delete of Waybill's own topics: it is the only reader of its stage's input and of its replays, and
 * never reads again what stands below a committed position. Not with each checkpoint: an order to delete is a request of
 * its own. Orders that get lost are made good by the next.
 */
final class ReadRecords {

    private static final Duration PACE = Duration.ofSeconds(30);

    private final Map<TopicPartition, Long> deleted = new HashMap<>();
    private Instant next = Instant.EPOCH;

    /**
     * @param committed the positions of a committed checkpoint
     * @return below which offsets records are over; often empty
     */
    Map<TopicPartition, Long> deletable(Map<TopicPartition, Long> committed, Instant now) {
        if (now.isBefore(next)) {
            return Map.of();
        }
        next = now.plus(PACE);
        Map<TopicPartition, Long> moved = new HashMap<>(committed);
        moved.entrySet().removeIf(each -> each.getValue() <= deleted.getOrDefault(each.getKey(), 0L));
        deleted.putAll(moved);
        return moved;
    }
}
