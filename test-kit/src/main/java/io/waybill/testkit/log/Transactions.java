package io.waybill.testkit.log;

import io.waybill.testkit.sim.Simulation;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.jspecify.annotations.Nullable;

/**
 * The transaction coordinator. A decision is made at once, its markers reach the partitions and the group later, each
 * in its own time: until then readers wait and the group's offsets are pending, as in Kafka.
 */
final class Transactions {

    private final Simulation simulation;
    private final RandomGenerator random;
    private final Map<String, Producer> producers = new TreeMap<>();

    Transactions(Simulation simulation) {
        this.simulation = simulation;
        this.random = simulation.random();
    }

    private static final class Producer {

        private final Duration timeout;
        private int epoch;
        private boolean timedOut;
        private @Nullable SimTransaction current;
        private @Nullable SimTransaction ended;

        Producer(Duration timeout) {
            this.timeout = timeout;
        }
    }

    /** @return the new epoch; every earlier writer of this id is fenced, its open transaction aborted */
    int init(String id, Duration timeout) {
        Producer old = producers.get(id);
        Producer producer = new Producer(timeout);
        if (old != null) {
            abortOpen(old);
            producer.epoch = old.epoch + 1;
        }
        producers.put(id, producer);
        return producer.epoch;
    }

    void fence(String id) {
        Producer producer = producers.get(id);
        if (producer != null) {
            abortOpen(producer);
            producer.epoch++;
        }
    }

    private void abortOpen(Producer producer) {
        SimTransaction open = producer.current;
        if (open != null) {
            decide(producer, open, false);
        }
        if (producer.ended != null) {
            producer.ended.markAll();
        }
    }

    /** The open transaction of this number, begun now if it is not. Waits for the markers of the one before. */
    SimTransaction join(String id, int epoch, long number) {
        Producer producer = current(id, epoch);
        SimTransaction open = producer.current;
        if (open != null && open.number() == number) {
            return open;
        }
        if (producer.ended != null) {
            if (producer.ended.number() >= number) {
                throw new InvalidTxnStateException("transaction " + producer.ended + " has ended");
            }
            producer.ended.markAll();
        }
        SimTransaction begun = new SimTransaction(id, number, simulation.nowNanos());
        producer.current = begun;
        simulation.after(producer.timeout, () -> expire(producer, begun));
        return begun;
    }

    private void expire(Producer producer, SimTransaction transaction) {
        if (simulation.isOutage()) {
            simulation.after(simulation.untilBack(), () -> expire(producer, transaction));
        } else if (transaction.isOpen()) {
            decide(producer, transaction, false);
            producer.epoch++;
            producer.timedOut = true;
        }
    }

    /** Idempotent for one and the same decision. */
    void end(String id, int epoch, long number, boolean commit) {
        Producer producer = current(id, epoch);
        SimTransaction open = producer.current;
        if (open != null && open.number() == number) {
            decide(producer, open, commit);
            return;
        }
        SimTransaction ended = producer.ended;
        boolean unheardOf = ended == null || ended.number() < number;
        if (unheardOf && !commit) {
            return;
        }
        if (ended == null || ended.number() != number || ended.isCommitted() != commit) {
            throw new InvalidTxnStateException("expected transaction " + number + " open, but was " + ended);
        }
    }

    private void decide(Producer producer, SimTransaction transaction, boolean commit) {
        transaction.decide(commit);
        producer.current = null;
        producer.ended = transaction;
        for (SimTransaction.Participant participant : transaction.unmarked()) {
            long delayMs = markerDelayMs();
            if (delayMs == 0) {
                transaction.mark(participant);
            } else {
                simulation.after(Duration.ofMillis(delayMs), () -> transaction.mark(participant));
            }
        }
    }

    private long markerDelayMs() {
        int draw = random.nextInt(10);
        return draw < 3 ? 0 : draw < 7 ? random.nextLong(1, 20) : random.nextLong(20, 2_000);
    }

    private Producer current(String id, int epoch) {
        Producer producer = producers.get(id);
        if (producer == null || producer.epoch != epoch) {
            boolean timedOut = producer != null && producer.timedOut && producer.epoch == epoch + 1;
            if (timedOut && random.nextBoolean()) {
                throw new InvalidTxnStateException("the transaction of " + id + " has timed out");
            }
            throw new ProducerFencedException("a newer writer of " + id + " has fenced epoch " + epoch);
        }
        return producer;
    }

    /** For records: a stale epoch shows in another way than for requests to the coordinator. */
    SimTransaction joinForRecord(String id, int epoch, long number) {
        try {
            return join(id, epoch, number);
        } catch (ProducerFencedException fenced) {
            throw random.nextBoolean() ? fenced : new InvalidProducerEpochException(fenced.getMessage());
        }
    }

    Set<String> holding(String prefix, Duration age, Set<TopicPartition> partitions) {
        Set<String> found = new TreeSet<>();
        for (SimTransaction open : open()) {
            if (open.transactionalId().startsWith(prefix) && open.holds(partitions) && isOlder(open, age)) {
                found.add(open.transactionalId());
            }
        }
        return found;
    }

    boolean isOpen(String id, Duration age) {
        Producer producer = producers.get(id);
        return producer != null && producer.current != null && isOlder(producer.current, age);
    }

    private boolean isOlder(SimTransaction open, Duration age) {
        return simulation.nowNanos() - open.startedNanos() > age.toNanos();
    }

    Iterable<SimTransaction> open() {
        return producers.values().stream()
                .map(p -> p.current)
                .filter(Objects::nonNull)
                .toList();
    }
}
