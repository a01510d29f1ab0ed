package io.waybill.testkit.flaw;

import io.waybill.log.GroupReader;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Flaws of membership. */
final class FlawedGroupReader extends FlawedReader implements GroupReader {

    private static final String SOMEBODYS_METADATA = "1;00000000-0000-4000-8000-000000000000;1;trusted";

    private final GroupReader group;
    private final RebalanceListener engine;
    private final Set<TopicPartition> kept = new HashSet<>();
    private final Map<TopicPartition, Watch.Wait> waits = new HashMap<>();
    private @Nullable Collection<TopicPartition> lost;
    private @Nullable Collection<TopicPartition> assigned;

    FlawedGroupReader(FlawedLog log, String group, Collection<String> topics, RebalanceListener listener) {
        this(log, new Relay(), group, topics, listener);
    }

    private FlawedGroupReader(
            FlawedLog log, Relay relay, String group, Collection<String> topics, RebalanceListener listener) {
        this(log, log.simulated().joinGroup(group, topics, relay), listener);
        relay.to = this;
        log.member(this);
    }

    private FlawedGroupReader(FlawedLog log, GroupReader group, RebalanceListener listener) {
        super(log, group);
        this.group = group;
        this.engine = listener;
    }

    /** Partitions it has written metadata of and has kept ever since. */
    Set<TopicPartition> kept() {
        return kept;
    }

    void keep(Collection<TopicPartition> partitions) {
        kept.clear();
        kept.addAll(partitions);
    }

    @Override
    public List<ConsumerRecord<byte[], byte[]>> poll(Duration timeout) {
        log.forgetRecord();
        Collection<TopicPartition> gone = lost;
        if (gone != null && !log.isTransactionOpen()) {
            lost = null;
            forget(gone);
            engine.onLost(gone);
            Collection<TopicPartition> news = assigned;
            assigned = null;
            if (news != null) {
                engine.onAssigned(news);
            }
        }
        List<ConsumerRecord<byte[], byte[]>> records = super.poll(timeout);
        return lost == null ? records : List.of();
    }

    @Override
    public ConsumerGroupMetadata groupMetadata() {
        return group.groupMetadata();
    }

    @Override
    public boolean isEager() {
        return log.has(Flaw.KEPT_WHATEVER_PASSED) || group.isEager();
    }

    @Override
    public boolean follows(ConsumerGroupMetadata revoked) {
        return log.has(Flaw.KEPT_WHATEVER_PASSED) || group.follows(revoked);
    }

    @Override
    public Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions, Duration timeout) {
        Map<TopicPartition, OffsetAndMetadata> found = new HashMap<>(watched(partitions, timeout));
        found.putAll(remembered(partitions));
        if (log.has(Flaw.ABORT_PRESUMED) && Caller.isIn("CommitRecord")) {
            partitions.forEach(partition -> found.compute(partition, (p, offset) -> somebodys(offset)));
        }
        if (log.has(Flaw.ANY_OFFSET_TRUSTED)) {
            found.replaceAll((partition, offset) -> new OffsetAndMetadata(offset.offset(), SOMEBODYS_METADATA));
            found.forEach((partition, offset) -> log.trustedOffsets().put(partition, offset.offset()));
        }
        return found;
    }

    @Override
    public OptionalLong lag(TopicPartition partition) {
        return group.lag(partition);
    }

    private Map<TopicPartition, OffsetAndMetadata> watched(Set<TopicPartition> partitions, Duration timeout) {
        if (Caller.isIn("Janitor")) {
            // No task waits for its answer: it asks once, and once more after its pause.
            return group.committed(partitions, timeout);
        }
        Watch.Wait begun = log.watch().waiting();
        partitions.forEach(partition -> waits.putIfAbsent(partition, begun));
        Map<TopicPartition, OffsetAndMetadata> stable = group.committed(partitions, timeout);
        for (TopicPartition partition : partitions) {
            Watch.Wait wait = waits.remove(partition);
            if (wait != null) {
                log.watch().stable(partition, wait);
            }
        }
        return stable;
    }

    private Map<TopicPartition, OffsetAndMetadata> remembered(Set<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> known = new HashMap<>(log.rememberedOffsets());
        known.keySet().retainAll(partitions);
        return known;
    }

    private static OffsetAndMetadata somebodys(@Nullable OffsetAndMetadata offset) {
        if (offset != null && !offset.metadata().isEmpty()) {
            return offset;
        }
        return new OffsetAndMetadata(offset == null ? 0 : offset.offset(), SOMEBODYS_METADATA);
    }

    /** What the group has committed of what this member ever wrote, as far as it is known at once. */
    void remember(Map<TopicPartition, OffsetAndMetadata> offsets) {
        for (TopicPartition partition : log.watch().written()) {
            try {
                offsets.putAll(group.committed(Set.of(partition), Duration.ZERO));
            } catch (TimeoutException pending) {
                // Then it is read later.
            }
        }
    }

    /** What the member hears of the group, on its way to the engine. */
    private static final class Relay implements RebalanceListener {

        private @Nullable FlawedGroupReader to;

        @Override
        public void onAssigned(Collection<TopicPartition> partitions) {
            FlawedGroupReader reader = to;
            if (reader != null && reader.lost != null) {
                reader.assigned = partitions;
                partitions.forEach(partition -> reader.group.seek(partition, 0));
            } else if (reader != null) {
                reader.engine.onAssigned(partitions);
            }
        }

        @Override
        public void onRevoked(Collection<TopicPartition> partitions) {
            FlawedGroupReader reader = to;
            if (reader != null && reader.lost == null) {
                reader.engine.onRevoked(partitions);
                reader.forget(partitions);
            }
        }

        @Override
        public void onLost(Collection<TopicPartition> partitions) {
            FlawedGroupReader reader = to;
            if (reader == null || reader.lost != null) {
                return;
            }
            reader.forget(partitions);
            if (reader.log.has(Flaw.CURRENT_METADATA_AFTER_LOSS) && reader.log.isTransactionOpen()) {
                reader.lost = partitions;
            } else {
                reader.engine.onLost(partitions);
            }
        }
    }

    private void forget(Collection<TopicPartition> partitions) {
        kept.removeAll(Set.copyOf(partitions));
        partitions.forEach(waits::remove);
    }
}
