package io.waybill.log;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * A member of a consumer group. {@code assign} is refused here: ownership follows the group alone (R10). Rebalances
 * happen inside {@code poll} and {@code close} and call the listener on the polling thread.
 */
public interface GroupReader extends LogReader {

    /** The member's identity and generation now. What a checkpoint uses is captured when it opens (R1). */
    ConsumerGroupMetadata groupMetadata();

    /**
     * The stable committed offsets (R3): waits while a transaction holds one of them pending.
     *
     * @return partitions without a committed offset are absent
     * @throws org.apache.kafka.common.errors.TimeoutException where one stays pending for {@code timeout}
     */
    Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions, Duration timeout);

    /** How many offsets of the partition lie behind the position, as far as polls have told; asks nobody. */
    default OptionalLong lag(TopicPartition partition) {
        return OptionalLong.empty();
    }

    /** Whether each rebalance takes all partitions from all members first, and then gives them anew: those that stay too. */
    boolean isEager();

    /**
     * Whether nobody else can have had a partition that was revoked under this metadata and is assigned now: the member is
     * the same, and no generation of the group has passed it by.
     */
    default boolean follows(ConsumerGroupMetadata revoked) {
        ConsumerGroupMetadata now = groupMetadata();
        return !now.memberId().isEmpty()
                && now.memberId().equals(revoked.memberId())
                && now.generationId() == revoked.generationId() + 1;
    }

    /** Called on the polling thread. */
    interface RebalanceListener {

        void onAssigned(Collection<TopicPartition> partitions);

        /** The partitions are still ours until this returns: commit what is open, or drop it. */
        void onRevoked(Collection<TopicPartition> partitions);

        /** The partitions are somebody else's already: drop what is open. */
        void onLost(Collection<TopicPartition> partitions);
    }
}
