package io.waybill.testkit.log;

import io.waybill.log.LogReader;
import io.waybill.testkit.sim.Point;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/** Reads what is committed below the last stable offset, in portions of random size from random partitions first. */
class SimReader implements LogReader {

    static final Point POLL = Point.look("reader.poll");
    private static final Point OFFSETS = Point.question("reader.offsets", 1);
    private static final int MOST_RECORDS = 12;

    final SimLog log;
    final RandomGenerator random;
    private final Set<TopicPartition> assigned = new LinkedHashSet<>();
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private final Set<TopicPartition> paused = new HashSet<>();
    private volatile boolean woken;
    private boolean closed;

    SimReader(SimLog log) {
        this.log = log;
        this.random = log.simulation().random();
    }

    @Override
    public void assign(Collection<TopicPartition> partitions) {
        checkOpen();
        setAssigned(partitions);
    }

    final void setAssigned(Collection<TopicPartition> partitions) {
        assigned.clear();
        assigned.addAll(partitions);
        positions.keySet().retainAll(assigned);
        paused.retainAll(assigned);
    }

    final Set<TopicPartition> assigned() {
        return assigned;
    }

    final void forgetPositions() {
        positions.clear();
        paused.clear();
    }

    @Override
    public List<ConsumerRecord<byte[], byte[]>> poll(Duration timeout) {
        checkOpen();
        log.simulation().run(POLL, () -> {});
        return fetch(timeout);
    }

    final List<ConsumerRecord<byte[], byte[]>> fetch(Duration timeout) {
        throwIfWoken();
        checkPositions();
        log.simulation().await(timeout, () -> woken || isInterrupted() || hasRecords());
        throwIfWoken();
        return isInterrupted() ? List.of() : take();
    }

    final void throwIfWoken() {
        if (woken) {
            woken = false;
            throw new WakeupException();
        }
    }

    final boolean isWoken() {
        return woken;
    }

    /** Whether something else than records ends the wait. */
    boolean isInterrupted() {
        return false;
    }

    /** Where to begin at a partition that was never sought; null where it is not known yet. */
    @Nullable
    Long initialPosition(TopicPartition partition) {
        throw new NoOffsetForPartitionException(partition);
    }

    private void checkPositions() {
        Map<TopicPartition, Long> outside = new HashMap<>();
        for (TopicPartition partition : assigned) {
            Long position = positions.get(partition);
            if (position == null) {
                position = initialPosition(partition);
                if (position == null) {
                    continue;
                }
                positions.put(partition, position);
            }
            if (!paused.contains(partition) && !partition(partition).contains(position)) {
                outside.put(partition, position);
            }
        }
        if (!outside.isEmpty()) {
            throw new OffsetOutOfRangeException(outside);
        }
    }

    private List<TopicPartition> fetchable() {
        List<TopicPartition> found = new ArrayList<>(assigned.size());
        for (TopicPartition partition : assigned) {
            if (isFetchable(partition)) {
                found.add(partition);
            }
        }
        return found;
    }

    private boolean isFetchable(TopicPartition partition) {
        return positions.containsKey(partition) && !paused.contains(partition);
    }

    private boolean hasRecords() {
        if (log.simulation().isOutage()) {
            return false;
        }
        for (TopicPartition name : assigned) {
            SimPartition partition = partition(name);
            if (isFetchable(name)
                    && partition.hasRecordAt(partition.skip(positions.getOrDefault(name, 0L), readsAborted()))) {
                return true;
            }
        }
        return false;
    }

    private List<ConsumerRecord<byte[], byte[]>> take() {
        if (log.simulation().isOutage()) {
            return List.of();
        }
        int room = random.nextInt(1, MOST_RECORDS + 1);
        List<ConsumerRecord<byte[], byte[]>> taken = new ArrayList<>();
        List<TopicPartition> order = fetchable();
        Collections.shuffle(order, new Random(random.nextLong()));
        for (TopicPartition name : order) {
            SimPartition partition = partition(name);
            long next = partition.skip(positions.getOrDefault(name, 0L), readsAborted());
            while (taken.size() < room && partition.hasRecordAt(next)) {
                taken.add(partition.read(next));
                next++;
                // As in Kafka, what follows the last record is passed over by a later poll.
                if (taken.size() < room) {
                    next = partition.skip(next, readsAborted());
                }
            }
            positions.put(name, next);
        }
        return taken;
    }

    private boolean readsAborted() {
        return log.has(PlantedBug.ABORTED_RECORDS_VISIBLE);
    }

    private SimPartition partition(TopicPartition name) {
        return log.topics().partition(name);
    }

    @Override
    public void seek(TopicPartition partition, long offset) {
        checkAssigned(partition);
        if (offset < 0) {
            throw new IllegalArgumentException("expected an offset of at least 0, but was " + offset);
        }
        positions.put(partition, offset);
    }

    @Override
    public long position(TopicPartition partition) {
        checkAssigned(partition);
        Long position = positions.get(partition);
        if (position == null) {
            position = initialPosition(partition);
        }
        if (position == null) {
            throw new NoOffsetForPartitionException(partition);
        }
        return position;
    }

    private void checkAssigned(TopicPartition partition) {
        checkOpen();
        if (!assigned.contains(partition)) {
            throw new IllegalStateException("No current assignment for partition " + partition);
        }
    }

    @Override
    public void pause(Collection<TopicPartition> partitions) {
        partitions.forEach(this::checkAssigned);
        paused.addAll(partitions);
    }

    @Override
    public void resume(Collection<TopicPartition> partitions) {
        partitions.forEach(this::checkAssigned);
        paused.removeAll(Set.copyOf(partitions));
    }

    @Override
    public Map<TopicPartition, Long> beginningOffsets(Collection<TopicPartition> partitions) {
        checkOpen();
        return log.simulation().call(OFFSETS, () -> {
            Map<TopicPartition, Long> offsets = new HashMap<>();
            partitions.forEach(p -> offsets.put(p, partition(p).start()));
            return offsets;
        });
    }

    @Override
    public Map<TopicPartition, Long> highWatermarks(Collection<TopicPartition> partitions) {
        checkOpen();
        return log.simulation().call(OFFSETS, () -> {
            Map<TopicPartition, Long> offsets = new HashMap<>();
            partitions.forEach(p -> offsets.put(p, partition(p).highWatermark()));
            return offsets;
        });
    }

    @Override
    public void wakeup() {
        woken = true;
        log.simulation().changed();
    }

    final void checkOpen() {
        log.simulation().checkAlive();
        if (closed) {
            throw new IllegalStateException("This consumer has already been closed.");
        }
    }

    @Override
    public void close() {
        log.simulation().checkAlive();
        closed = true;
    }
}
