package io.waybill.projection;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** A database of one list and its positions, that fails on demand. */
final class ListProjection implements Projection {

    final List<String> values = new ArrayList<>();
    final Map<TopicPartition, Long> positions = new ConcurrentHashMap<>();
    volatile @Nullable RuntimeException failure;

    @Override
    public Set<String> topics() {
        return Set.of(ListLog.TOPIC);
    }

    @Override
    public Map<TopicPartition, Long> positions() {
        failOnDemand();
        return new HashMap<>(positions);
    }

    private void failOnDemand() {
        RuntimeException thrown = failure;
        if (thrown != null) {
            throw thrown;
        }
    }

    @Override
    public synchronized boolean apply(
            TopicPartition partition, long expected, long next, List<ConsumerRecord<byte[], byte[]>> records) {
        failOnDemand();
        if (positions.getOrDefault(partition, 0L) != expected) {
            return false;
        }
        positions.put(partition, next);
        records.forEach(record -> values.add(new String(record.value(), StandardCharsets.UTF_8)));
        return true;
    }
}
