package io.waybill.testkit.log;

import io.waybill.log.LogReader;
import io.waybill.testkit.sim.Point;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
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
    private static final long UNKNOWN = -1;

    final SimLog log;
    final RandomGenerator random;
    private final Map<TopicPartition, Place> places = new LinkedHashMap<>();
    private volatile boolean woken;
    private boolean closed;

    /** Where the reader stands in one assigned partition. */
    private static final class Place {

        private final TopicPartition name;
        private @Nullable SimPartition partition;
        private long position = UNKNOWN;
        private long stable = UNKNOWN;
        private boolean paused;

        Place(TopicPartition name) {
            this.name = name;
        }

        boolean isFetchable() {
            return position != UNKNOWN && !paused;
        }
    }

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
        Map<TopicPartition, Place> kept = new HashMap<>(places);
        places.clear();
        partitions.forEach(name -> places.put(name, kept.getOrDefault(name, new Place(name))));
    }

    final Set<TopicPartition> assigned() {
        return places.keySet();
    }

    final void forgetPositions() {
        places.replaceAll((name, place) -> new Place(name));
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
        for (Place place : places.values()) {
            if (place.position == UNKNOWN) {
                Long initial = initialPosition(place.name);
                if (initial == null) {
                    continue;
                }
                place.position = initial;
            }
            if (!place.paused && !partition(place).contains(place.position)) {
                outside.put(place.name, place.position);
            }
        }
        if (!outside.isEmpty()) {
            throw new OffsetOutOfRangeException(outside);
        }
    }

    private List<Place> fetchable() {
        List<Place> found = new ArrayList<>(places.size());
        for (Place place : places.values()) {
            if (place.isFetchable()) {
                found.add(place);
            }
        }
        return found;
    }

    private boolean hasRecords() {
        if (log.simulation().isOutage()) {
            return false;
        }
        for (Place place : places.values()) {
            if (place.isFetchable()) {
                SimPartition partition = partition(place);
                if (partition.hasRecordAt(partition.skip(place.position, readsAborted()))) {
                    return true;
                }
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
        List<Place> order = fetchable();
        Collections.shuffle(order, new Random(random.nextLong()));
        for (Place place : order) {
            SimPartition partition = partition(place);
            long next = partition.skip(place.position, readsAborted());
            while (taken.size() < room && partition.hasRecordAt(next)) {
                taken.add(partition.read(next));
                next++;
                // As in Kafka, what follows the last record is passed over by a later poll.
                if (taken.size() < room) {
                    next = partition.skip(next, readsAborted());
                }
            }
            place.position = next;
            place.stable = partition.lastStable();
        }
        return taken;
    }

    private boolean readsAborted() {
        return log.has(PlantedBug.ABORTED_RECORDS_VISIBLE);
    }

    private SimPartition partition(Place place) {
        SimPartition found = place.partition;
        if (found == null) {
            found = partition(place.name);
            place.partition = found;
        }
        return found;
    }

    private SimPartition partition(TopicPartition name) {
        return log.topics().partition(name);
    }

    @Override
    public void seek(TopicPartition partition, long offset) {
        Place place = place(partition);
        if (offset < 0) {
            throw new IllegalArgumentException("expected an offset of at least 0, but was " + offset);
        }
        place.position = offset;
    }

    @Override
    public long position(TopicPartition partition) {
        Place place = place(partition);
        if (place.position != UNKNOWN) {
            return place.position;
        }
        Long initial = initialPosition(partition);
        if (initial == null) {
            throw new NoOffsetForPartitionException(partition);
        }
        return initial;
    }

    /** As the last poll that looked at the partition has it. */
    final OptionalLong toldLag(TopicPartition partition) {
        Place place = places.get(partition);
        return place == null || place.stable == UNKNOWN || place.position == UNKNOWN
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(0, place.stable - place.position));
    }

    private Place place(TopicPartition partition) {
        checkOpen();
        Place place = places.get(partition);
        if (place == null) {
            throw new IllegalStateException("No current assignment for partition " + partition);
        }
        return place;
    }

    @Override
    public void pause(Collection<TopicPartition> partitions) {
        partitions.forEach(partition -> place(partition).paused = true);
    }

    @Override
    public void resume(Collection<TopicPartition> partitions) {
        partitions.forEach(partition -> place(partition).paused = false);
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
