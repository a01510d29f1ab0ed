package io.waybill.testkit.log;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/** One transaction of one producer, from its first record or offset until its last marker is written. */
final class SimTransaction {

    /** Where a marker has to be written. */
    sealed interface Participant permits SimPartition, SimGroup {

        void complete(SimTransaction transaction);
    }

    private final String transactionalId;
    private final long number;
    private final long startedNanos;
    private final Set<Participant> unmarked = new LinkedHashSet<>();
    private State state = State.OPEN;

    SimTransaction(String transactionalId, long number, long startedNanos) {
        this.transactionalId = transactionalId;
        this.number = number;
        this.startedNanos = startedNanos;
    }

    enum State {
        OPEN,
        COMMITTED,
        ABORTED
    }

    String transactionalId() {
        return transactionalId;
    }

    long number() {
        return number;
    }

    long startedNanos() {
        return startedNanos;
    }

    boolean isOpen() {
        return state == State.OPEN;
    }

    boolean isCommitted() {
        return state == State.COMMITTED;
    }

    void enlist(Participant participant) {
        unmarked.add(participant);
    }

    /** Whether it touches one of the partitions, or holds offsets of a group pending. */
    boolean holds(Set<TopicPartition> partitions) {
        return unmarked.stream().anyMatch(participant -> switch (participant) {
            case SimGroup group -> true;
            case SimPartition partition -> partitions.contains(partition.name());
        });
    }

    void decide(boolean commit) {
        state = commit ? State.COMMITTED : State.ABORTED;
    }

    /** In the order they were enlisted. */
    List<Participant> unmarked() {
        return List.copyOf(unmarked);
    }

    void mark(Participant participant) {
        if (unmarked.remove(participant)) {
            participant.complete(this);
        }
    }

    void markAll() {
        unmarked().forEach(this::mark);
    }

    @Override
    public String toString() {
        return transactionalId + "/" + number + " " + state;
    }
}
