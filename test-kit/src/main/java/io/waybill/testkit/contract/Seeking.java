package io.waybill.testkit.contract;

import io.waybill.log.GroupReader;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Begins each partition it is given at one offset, and remembers which it owns and whether nobody else had them. */
final class Seeking implements GroupReader.RebalanceListener {

    final Set<TopicPartition> owned = new TreeSet<>((a, b) -> Integer.compare(a.partition(), b.partition()));
    private final long offset;

    /** What it was told when partitions came back; null before. */
    @Nullable
    Boolean follows;

    @Nullable
    GroupReader reader;

    private @Nullable ConsumerGroupMetadata revokedUnder;

    Seeking(long offset) {
        this.offset = offset;
    }

    @Override
    public void onAssigned(Collection<TopicPartition> partitions) {
        owned.addAll(partitions);
        GroupReader mine = reader;
        if (mine != null) {
            follows = revokedUnder == null ? null : mine.follows(revokedUnder);
            partitions.forEach(partition -> mine.seek(partition, offset));
        }
    }

    @Override
    public void onRevoked(Collection<TopicPartition> partitions) {
        revokedUnder = reader == null ? null : reader.groupMetadata();
        owned.removeAll(Set.copyOf(partitions));
    }

    @Override
    public void onLost(Collection<TopicPartition> partitions) {
        owned.removeAll(Set.copyOf(partitions));
    }
}
