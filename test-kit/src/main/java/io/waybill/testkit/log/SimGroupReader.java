package io.waybill.testkit.log;

import io.waybill.log.GroupReader;
import io.waybill.testkit.sim.Point;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A member of a simulated group: joins, loses and regains its partitions inside {@code poll}. */
final class SimGroupReader extends SimReader implements GroupReader {

    private static final Point JOIN = Point.local("group.join");
    private static final Point COMMITTED = Point.question("group.committed", 20);
    private static final Point GIVE = Point.local("group.give");
    private static final Point TAKE = Point.local("group.take");
    private static final Point LEAVE = Point.local("group.leave");

    private final SimGroup group;
    private final String groupId;
    private final Set<String> subscription;
    private final RebalanceListener listener;
    private SimGroup.@Nullable Member member;
    private int generation = -1;

    SimGroupReader(SimLog log, SimGroup group, String groupId, Set<String> subscription, RebalanceListener listener) {
        super(log);
        this.group = group;
        this.groupId = groupId;
        this.subscription = subscription;
        this.listener = listener;
    }

    @Override
    public void assign(Collection<TopicPartition> partitions) {
        throw new UnsupportedOperationException("ownership follows the group alone (R10)");
    }

    @Override
    public List<ConsumerRecord<byte[], byte[]>> poll(Duration timeout) {
        checkOpen();
        Instant deadline = log.simulation().now().plus(timeout);
        SimGroup.Member me = member;
        if (me != null) {
            me.polledNanos = log.simulation().nowNanos();
        }
        log.simulation().run(POLL, () -> {});
        throwIfWoken();
        while (!isSettled()) {
            if (!settle(deadline)) {
                throwIfWoken();
                return List.of();
            }
        }
        return fetch(left(deadline));
    }

    private boolean isReconciled(SimIncrementalGroup moving, SimGroup.Member me) {
        return generation == group.generation()
                && moving.toGive(me).isEmpty()
                && moving.toTake(me).isEmpty();
    }

    /** One step: gives away first, then takes. */
    private void reconcile(SimIncrementalGroup moving, SimGroup.Member me) {
        List<TopicPartition> given = moving.toGive(me);
        if (!given.isEmpty()) {
            listener.onRevoked(given);
            assignedWithout(given);
            log.simulation().run(GIVE, () -> moving.give(me, given));
            return;
        }
        List<TopicPartition> taken = log.simulation().call(TAKE, () -> {
            List<TopicPartition> free = group.knows(me) ? moving.toTake(me) : List.of();
            moving.take(me, free);
            generation = group.generation();
            return free;
        });
        if (!taken.isEmpty()) {
            List<TopicPartition> all = new ArrayList<>(assigned());
            all.addAll(taken);
            setAssigned(all);
            listener.onAssigned(taken);
        }
    }

    private void assignedWithout(List<TopicPartition> given) {
        List<TopicPartition> rest = new ArrayList<>(assigned());
        rest.removeAll(given);
        setAssigned(rest);
    }

    private Duration left(Instant deadline) {
        Duration left = Duration.between(log.simulation().now(), deadline);
        return left.isNegative() ? Duration.ZERO : left;
    }

    private boolean isSettled() {
        SimGroup.Member me = member;
        if (group instanceof SimIncrementalGroup moving) {
            return me != null && group.knows(me) && (isReconciled(moving, me) || random.nextInt(4) == 0);
        }
        return me != null
                && group.knows(me)
                && generation == group.generation()
                && (!group.isRebalancing() || isUnaware());
    }

    /** A member learns of a rebalance with its next heartbeat only. */
    private boolean isUnaware() {
        SimGroup.Member me = member;
        return me != null && !group.hasJoined(me) && random.nextInt(4) == 0;
    }

    /** One step towards the current generation. @return false where the time is over first */
    private boolean settle(Instant deadline) {
        SimGroup.Member me = member;
        if (log.simulation().isOutage()) {
            log.simulation()
                    .await(left(deadline), () -> isWoken() || !log.simulation().isOutage());
            return !isWoken() && !log.simulation().isOutage();
        }
        if (me != null && !group.knows(me)) {
            expelled();
            return true;
        }
        if (me == null) {
            log.simulation().run(JOIN, () -> {
                SimGroup.Member joining = group.newMember(subscription);
                member = joining;
                group.join(joining);
            });
            return true;
        }
        if (group instanceof SimIncrementalGroup moving) {
            reconcile(moving, me);
            return true;
        }
        if (group.isRebalancing() && !group.hasJoined(me)) {
            rejoin(me);
            return true;
        }
        if (group.isRebalancing()) {
            log.simulation().await(left(deadline), () -> isWoken() || !group.knows(me) || !group.isRebalancing());
            return !isWoken() && !group.isRebalancing();
        }
        adopt(me);
        return true;
    }

    private void expelled() {
        List<TopicPartition> lost = List.copyOf(assigned());
        if (!lost.isEmpty()) {
            listener.onLost(lost);
        }
        setAssigned(Set.of());
        member = null;
        generation = -1;
    }

    private void rejoin(SimGroup.Member me) {
        List<TopicPartition> revoked = List.copyOf(assigned());
        if (!revoked.isEmpty()) {
            listener.onRevoked(revoked);
        }
        setAssigned(Set.of());
        log.simulation().run(JOIN, () -> {
            if (group.knows(me) && group.isRebalancing()) {
                group.join(me);
            }
        });
    }

    private void adopt(SimGroup.Member me) {
        generation = group.generation();
        forgetPositions();
        setAssigned(group.assignment(me));
        listener.onAssigned(List.copyOf(assigned()));
    }

    @Override
    boolean isInterrupted() {
        SimGroup.Member me = member;
        if (group instanceof SimIncrementalGroup moving) {
            return me == null || !group.knows(me) || !isReconciled(moving, me);
        }
        return me == null || !group.knows(me) || group.generation() != generation || group.isRebalancing();
    }

    @Override
    @Nullable
    Long initialPosition(TopicPartition partition) {
        if (!group.isStable(Set.of(partition))) {
            return null;
        }
        OffsetAndMetadata offset = group.committed(partition);
        if (offset == null) {
            throw new NoOffsetForPartitionException(partition);
        }
        return offset.offset();
    }

    @Override
    public ConsumerGroupMetadata groupMetadata() {
        checkOpen();
        SimGroup.Member me = member;
        return name(groupId, generation, me == null ? "" : me.id());
    }

    @Override
    public boolean isEager() {
        return !(group instanceof SimIncrementalGroup);
    }

    /** Kafka 5 will make it an interface; until then this constructor is how a member is named. */
    @SuppressWarnings("removal")
    private static ConsumerGroupMetadata name(String group, int generation, String member) {
        return new ConsumerGroupMetadata(group, generation, member, Optional.empty());
    }

    @Override
    public Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions, Duration timeout) {
        checkOpen();
        return log.simulation().call(COMMITTED, () -> {
            boolean hasty = log.has(PlantedBug.UNSTABLE_OFFSETS);
            if (!log.simulation().await(timeout, () -> hasty || group.isStable(partitions))) {
                throw new TimeoutException("offsets of " + partitions + " are pending still after " + timeout);
            }
            Map<TopicPartition, OffsetAndMetadata> found = new HashMap<>();
            for (TopicPartition partition : partitions) {
                OffsetAndMetadata offset = group.committed(partition);
                if (offset != null) {
                    found.put(partition, offset);
                }
            }
            return found;
        });
    }

    @Override
    public OptionalLong lag(TopicPartition partition) {
        return toldLag(partition);
    }

    @Override
    public void close() {
        SimGroup.Member me = member;
        if (me != null) {
            List<TopicPartition> owned = List.copyOf(assigned());
            if (!owned.isEmpty() && group.knows(me)) {
                listener.onRevoked(owned);
            }
            log.simulation().run(LEAVE, () -> group.leave(me));
            member = null;
        }
        super.close();
    }
}
