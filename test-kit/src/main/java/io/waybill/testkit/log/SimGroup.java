package io.waybill.testkit.log;

import io.waybill.testkit.sim.SimProcess;
import io.waybill.testkit.sim.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A consumer group of the classic protocol with eager rebalance. Which member gets which partition is drawn anew in
 * every generation.
 */
sealed class SimGroup implements SimTransaction.Participant permits SimIncrementalGroup {

    static final Duration SESSION_TIMEOUT = Duration.ofSeconds(10);
    /** Kafka's {@code max.poll.interval.ms}, which is also what a rebalance waits for a member. */
    private static final Duration REBALANCE_TIMEOUT = Duration.ofSeconds(60);

    private final Simulation simulation;
    private final Topics topics;
    private final RandomGenerator random;
    private final Map<String, Member> members = new LinkedHashMap<>();
    private final Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
    private final Map<SimTransaction, Map<TopicPartition, OffsetAndMetadata>> pending = new LinkedHashMap<>();
    private int generation;
    private int names;
    private boolean rebalancing;

    SimGroup(Simulation simulation, Topics topics) {
        this.simulation = simulation;
        this.topics = topics;
        this.random = simulation.random();
        simulation.onSilence(process -> watch(process, SESSION_TIMEOUT, p -> !p.isResponsive(simulation.nowNanos())));
        simulation.onDelay(process -> expelTheSilentAfter(REBALANCE_TIMEOUT));
    }

    /** One member; {@code owner} is the process that sends its heartbeats. */
    static final class Member {

        /** What it has taken over, and the generation in which it did; by a group that moves partitions one by one. */
        final Map<TopicPartition, Integer> taken = new LinkedHashMap<>();

        private final String id;
        private final Set<String> subscription;
        private final @Nullable SimProcess owner;
        /** In the newer protocol: the generation it has arrived in. */
        int epoch;

        /** When it last asked for records. */
        long polledNanos;

        private boolean joined;
        private List<TopicPartition> assignment = List.of();

        Member(String id, Set<String> subscription, @Nullable SimProcess owner) {
            this.id = id;
            this.subscription = subscription;
            this.owner = owner;
        }

        String id() {
            return id;
        }
    }

    Member newMember(Set<String> subscription) {
        Member member = new Member("member-" + names++, subscription, simulation.running());
        member.polledNanos = simulation.nowNanos();
        members.put(member.id(), member);
        startRebalance();
        return member;
    }

    boolean knows(Member member) {
        return members.containsKey(member.id());
    }

    boolean isRebalancing() {
        return rebalancing;
    }

    boolean hasJoined(Member member) {
        return member.joined;
    }

    int generation() {
        return generation;
    }

    List<TopicPartition> assignment(Member member) {
        return member.assignment;
    }

    private void watch(SimProcess process, Duration time, Predicate<SimProcess> stillSo) {
        for (Member member : List.copyOf(members.values())) {
            if (member.owner == process) {
                expelAfter(member, process, time, stillSo);
            }
        }
    }

    Collection<Member> members() {
        return members.values();
    }

    void nextGeneration() {
        generation++;
        simulation.uneasy();
        assign();
    }

    /** Who has not asked for records for so long leaves by itself, whatever its heartbeats say. */
    private void expelTheSilentAfter(Duration time) {
        simulation.after(time, () -> {
            if (simulation.isOutage()) {
                expelTheSilentAfter(time.plus(simulation.untilBack()));
                return;
            }
            for (Member member : List.copyOf(members.values())) {
                if (simulation.nowNanos() - member.polledNanos >= REBALANCE_TIMEOUT.toNanos()) {
                    leave(member);
                }
            }
        });
    }

    /** A coordinator that was away gives everybody their time again. */
    private void expelAfter(Member member, SimProcess process, Duration time, Predicate<SimProcess> stillSo) {
        simulation.after(time, () -> {
            if (simulation.isOutage()) {
                expelAfter(member, process, time.plus(simulation.untilBack()), stillSo);
            } else if (stillSo.test(process)) {
                leave(member);
            }
        });
    }

    /** Everybody has to join again, for whatever reason: a new member, a new topic, a new coordinator. */
    void startRebalance() {
        if (rebalancing) {
            return;
        }
        rebalancing = true;
        members.values().forEach(member -> member.joined = false);
        int concerned = generation;
        expireRebalanceAfter(REBALANCE_TIMEOUT, concerned);
    }

    private void expireRebalanceAfter(Duration time, int concerned) {
        simulation.after(time, () -> {
            if (simulation.isOutage()) {
                expireRebalanceAfter(time.plus(simulation.untilBack()), concerned);
            } else if (rebalancing && generation == concerned) {
                members.values().removeIf(member -> !member.joined);
                completeIfAllJoined();
            }
        });
    }

    void join(Member member) {
        startRebalance();
        member.joined = true;
        completeIfAllJoined();
    }

    void leave(Member member) {
        if (members.remove(member.id()) == null) {
            return;
        }
        if (members.isEmpty()) {
            rebalancing = false;
            generation++;
        } else if (rebalancing) {
            completeIfAllJoined();
        } else {
            startRebalance();
        }
    }

    private void completeIfAllJoined() {
        if (!rebalancing || members.isEmpty() || members.values().stream().anyMatch(m -> !m.joined)) {
            return;
        }
        rebalancing = false;
        nextGeneration();
    }

    private void assign() {
        Map<Member, List<TopicPartition>> plan = new LinkedHashMap<>();
        members.values().forEach(member -> plan.put(member, new ArrayList<>()));
        Set<String> all = new TreeSet<>();
        members.values().forEach(member -> all.addAll(member.subscription));
        for (String topic : all) {
            List<Member> takers = new ArrayList<>(members.values().stream()
                    .filter(m -> m.subscription.contains(topic))
                    .toList());
            Collections.shuffle(takers, new Random(random.nextLong()));
            List<SimPartition> partitions =
                    topics.find(topic).map(Topics.Topic::partitions).orElse(List.of());
            for (int i = 0; i < partitions.size(); i++) {
                plan.getOrDefault(takers.get(i % takers.size()), new ArrayList<>())
                        .add(partitions.get(i).name());
            }
        }
        plan.forEach((member, partitions) -> member.assignment = List.copyOf(partitions));
    }

    /** A group id alone, without member and generation, is not checked: so it is in Kafka. */
    final void check(ConsumerGroupMetadata metadata, Set<TopicPartition> partitions) {
        if (metadata.generationId() < 0 && metadata.memberId().isEmpty()) {
            return;
        }
        Member member = members.get(metadata.memberId());
        if (member == null || !mayCommit(member, metadata.generationId(), partitions)) {
            throw new CommitFailedException("expected a member of generation %d, but was %s of generation %d"
                    .formatted(generation, metadata.memberId(), metadata.generationId()));
        }
    }

    boolean mayCommit(Member member, int ofGeneration, Set<TopicPartition> partitions) {
        return ofGeneration == generation;
    }

    void add(SimTransaction transaction, Map<TopicPartition, OffsetAndMetadata> offsets) {
        transaction.enlist(this);
        pending.computeIfAbsent(transaction, t -> new LinkedHashMap<>()).putAll(offsets);
    }

    void forgetOffsets() {
        committed.clear();
    }

    void commit(Map<TopicPartition, OffsetAndMetadata> offsets) {
        committed.putAll(offsets);
    }

    @Override
    public void complete(SimTransaction transaction) {
        Map<TopicPartition, OffsetAndMetadata> offsets = pending.remove(transaction);
        if (offsets != null && transaction.isCommitted()) {
            committed.putAll(offsets);
        }
    }

    /** Whether every member knows its partitions. */
    boolean isSettled() {
        return !rebalancing;
    }

    boolean isStable(Set<TopicPartition> partitions) {
        return pending.values().stream().noneMatch(held -> !Collections.disjoint(held.keySet(), partitions));
    }

    @Nullable
    OffsetAndMetadata committed(TopicPartition partition) {
        return committed.get(partition);
    }
}
