package io.waybill.testkit.log;

import io.waybill.testkit.sim.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * A consumer group of Kafka's newer protocol: partitions move one by one. A member gives away what it shall not have
 * any more, and takes what nobody else holds; each offset is judged by when its partition was taken.
 */
final class SimIncrementalGroup extends SimGroup {

    SimIncrementalGroup(Simulation simulation, Topics topics) {
        super(simulation, topics);
    }

    @Override
    void startRebalance() {
        nextGeneration();
    }

    @Override
    void join(Member member) {
        // Nobody waits for the others.
    }

    List<TopicPartition> toGive(Member member) {
        List<TopicPartition> surplus = new ArrayList<>(member.taken.keySet());
        surplus.removeAll(assignment(member));
        return surplus;
    }

    List<TopicPartition> toTake(Member member) {
        List<TopicPartition> free = new ArrayList<>(assignment(member));
        members().forEach(other -> free.removeAll(other.taken.keySet()));
        return free;
    }

    void give(Member member, List<TopicPartition> partitions) {
        partitions.forEach(member.taken::remove);
    }

    void take(Member member, List<TopicPartition> partitions) {
        partitions.forEach(partition -> member.taken.put(partition, generation()));
        member.epoch = generation();
    }

    /** Whoever names the present generation is asked no further; an earlier one is held against each partition. */
    @Override
    boolean mayCommit(Member member, int ofGeneration, Set<TopicPartition> partitions) {
        return ofGeneration == member.epoch
                || (ofGeneration < member.epoch
                        && partitions.stream().allMatch(partition -> {
                            Integer since = member.taken.get(partition);
                            return since != null && since <= ofGeneration;
                        }));
    }

    @Override
    boolean isSettled() {
        return members().stream().allMatch(member -> member.taken.keySet().equals(Set.copyOf(assignment(member))));
    }
}
