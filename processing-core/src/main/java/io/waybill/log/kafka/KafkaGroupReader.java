package io.waybill.log.kafka;

import io.waybill.log.GroupReader;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

final class KafkaGroupReader extends KafkaLogReader implements GroupReader {

    private final Runnable afterClose;

    KafkaGroupReader(
            Map<String, Object> settings,
            Admin admin,
            Collection<String> topics,
            RebalanceListener listener,
            Runnable afterClose) {
        super(settings, admin);
        this.afterClose = afterClose;
        consumer().subscribe(topics, new Rebalances(listener));
    }

    @Override
    public void assign(Collection<TopicPartition> partitions) {
        throw new UnsupportedOperationException(
                "expected the group to assign partitions (R10), but was given %s".formatted(partitions));
    }

    @Override
    public ConsumerGroupMetadata groupMetadata() {
        return consumer().groupMetadata();
    }

    /** The consumer's own read is the only one that waits while a transaction holds an offset pending (R3). */
    @Override
    public Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions, Duration timeout) {
        Map<TopicPartition, OffsetAndMetadata> found = new HashMap<>(consumer().committed(partitions, timeout));
        found.values().removeIf(offset -> offset == null);
        return found;
    }

    @Override
    public void close() {
        try {
            super.close();
        } finally {
            afterClose.run();
        }
    }

    private record Rebalances(RebalanceListener listener) implements ConsumerRebalanceListener {

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            listener.onAssigned(partitions);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            listener.onRevoked(partitions);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            listener.onLost(partitions);
        }
    }
}
