package io.waybill.log.kafka;

import io.waybill.log.GroupReader;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnreleasedInstanceIdException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

final class KafkaGroupReader extends KafkaLogReader implements GroupReader {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaGroupReader.class);
    private static final Duration RELEASE_RETRY = Duration.ofMillis(500);
    /** Longer than the session time-out of the broker for members of the newer protocol. */
    private static final Duration RELEASE_PATIENCE = Duration.ofSeconds(60);

    private final Collection<String> topics;
    private final Rebalances listener;
    private final CloseOptions whenClosed;
    private final Runnable afterClose;
    private final boolean isEager;
    private final long openedAtNanos = System.nanoTime();

    KafkaGroupReader(
            Map<String, Object> settings,
            Admin admin,
            Collection<String> topics,
            RebalanceListener listener,
            GroupMembershipOperation whenClosed,
            Runnable afterClose) {
        super(settings, admin);
        this.topics = List.copyOf(topics);
        this.listener = new Rebalances(listener);
        this.whenClosed = CloseOptions.groupMembershipOperation(whenClosed);
        this.afterClose = afterClose;
        this.isEager = settings.containsKey(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG);
        consumer().subscribe(this.topics, this.listener);
    }

    @Override
    public List<ConsumerRecord<byte[], byte[]>> poll(Duration timeout) {
        try {
            return super.poll(timeout);
        } catch (UnreleasedInstanceIdException held) {
            if (System.nanoTime() - openedAtNanos > RELEASE_PATIENCE.toNanos()) {
                throw held;
            }
            LOG.info("the former holder of this static membership has not left the group yet: {}", held.getMessage());
            joinAnew();
            return List.of();
        }
    }

    /** The broker knows a former member of this name: it is alive still, or its session is not over (R11). */
    private void joinAnew() {
        renew();
        consumer().subscribe(topics, listener);
        try {
            Thread.sleep(RELEASE_RETRY);
        } catch (InterruptedException interrupted) {
            throw new InterruptException(interrupted);
        }
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
    public boolean isEager() {
        return isEager;
    }

    @Override
    public OptionalLong lag(TopicPartition partition) {
        return consumer().currentLag(partition);
    }

    @Override
    public void close() {
        try {
            consumer().close(whenClosed);
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
