package io.waybill.engine;

import io.waybill.format.v1.Marker;
import io.waybill.log.LogAdmin.TopicDescription;
import io.waybill.log.LogReader;
import io.waybill.store.LocalStore;
import io.waybill.store.StorePosition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Brings a local store to the stable end of the task's logs, step by step: first the changelog from the position in the
 * store, then the ids from where its files of them end; either may be ahead of the other. Begin it when the task's offsets are stable.
 */
final class TaskRestore {

    private static final Duration SLICE = Duration.ofMillis(25);

    private final StagePlan plan;
    private final int partition;
    private final Ports ports;
    private final LocalStore store;
    private final LogReader reader;
    private final RestoreNews news;
    private final @Nullable Marker held;
    private final Instant begunAt;
    private boolean outdated;
    private TopicDescription topic;
    private long end;
    private long logTimeMs;
    /** Up to where the store's files have the ids topic. */
    private long covered;
    /** The block before is still to be read once more and compared. */
    private boolean unproven;

    private @Nullable DuplicateFilter filter;

    TaskRestore(StagePlan plan, int partition, Ports ports, LocalStore store, LogReader reader) {
        this.plan = plan;
        this.partition = partition;
        this.ports = ports;
        this.store = store;
        this.reader = reader;
        this.news = new RestoreNews(plan.task(partition), ports);
        this.begunAt = ports.clock().instant();
        this.held = Rows.marker(StateLayer.over(store));
        this.topic = plan.changelog();
        StorePosition position = store.positions().get(topic.name());
        this.end = begin(position == null ? 0 : position.nextOffset());
        this.outdated = reader.position(read()) < end && StoreAge.isTooOld(store, topic.tombstones(), begunAt);
    }

    enum Progress {
        MORE,
        /** Nothing to read now, although the end is not reached. */
        WAITING,
        /** The store does not belong to this log: it must be wiped, and the restore begun anew. */
        OUTDATED,
        DONE
    }

    /** Null where the stage recognises no duplicates; complete once {@link #step} is done. */
    @Nullable
    DuplicateFilter filter() {
        return filter;
    }

    /** One bounded step: as many polls as fit a slice, since the thread's other polls between them cost as much. */
    Progress step(Duration patience) {
        if (outdated) {
            return Progress.OUTDATED;
        }
        if (reader.position(read()) >= end) {
            if (nextTopic()) {
                return Progress.MORE;
            }
            if (unproven) {
                return Progress.OUTDATED;
            }
            news.done();
            return Progress.DONE;
        }
        Instant sliceEnd = ports.clock().instant().plus(SLICE);
        if (!restoredSome(patience)) {
            return Progress.WAITING;
        }
        while (reader.position(read()) < end
                && ports.clock().instant().isBefore(sliceEnd)
                && restoredSome(Duration.ZERO)) {
            // The next poll.
        }
        return Progress.MORE;
    }

    private boolean restoredSome(Duration patience) {
        List<ConsumerRecord<byte[], byte[]>> records = reader.poll(patience);
        if (records.isEmpty()) {
            return false;
        }
        if (filter == null) {
            outdated = isOtherHistory(records);
            if (outdated) {
                return false;
            }
            applyChanges(records);
        } else {
            outdated = !applyIds(filter, records);
            if (outdated) {
                return false;
            }
        }
        news.read(records, Math.max(0, end - reader.position(read())));
        return true;
    }

    private boolean nextTopic() {
        if (filter != null) {
            return false;
        }
        if (plan.ids() == null || plan.pipeline().deduplicate() == null) {
            // Of a time when the pipeline recognised duplicates.
            store.files().names().forEach(store.files()::delete);
            return false;
        }
        Marker marker = Rows.marker(StateLayer.over(store));
        logTimeMs = marker == null ? 0 : marker.getLogTimeMs();
        topic = plan.ids();
        filter = ports.duplicates().open(plan.pipeline().deduplicate(), store, topic.id());
        covered = filter.coveredUpTo();
        end = begin(covered);
        return true;
    }

    /** @return the stable end */
    private long begin(long position) {
        Set<TopicPartition> one = Set.of(read());
        reader.assign(one);
        long beginning = reader.beginningOffsets(one).getOrDefault(read(), 0L);
        // The offsets are stable: what was committed with them lies below the high watermark of now.
        long stableEnd = reader.highWatermarks(one).getOrDefault(read(), 0L);
        if (position > stableEnd) {
            throw TaskHaltedException.storeAhead("the store of task %s has %s up to %d, but the log ends at %d"
                    .formatted(plan.task(partition), read(), position, stableEnd));
        }
        unproven = covered > beginning;
        reader.seek(read(), unproven ? covered - 1 : Math.max(beginning, position));
        return stableEnd;
    }

    /**
     * Where the log lost what it had committed, and others wrote on from there, its next marker follows another one than
     * that which the store holds. A marker that followed one that was compacted away proves nothing.
     */
    private boolean isOtherHistory(List<ConsumerRecord<byte[], byte[]>> records) {
        StorePosition position = store.positions().get(topic.name());
        if (held == null || position == null || !held.equals(Rows.marker(StateLayer.over(store)))) {
            return false;
        }
        return records.stream()
                .filter(record -> record.value() != null && Rows.isMarker(record.key()))
                .findFirst()
                .map(record -> Rows.marker(record.value()))
                .filter(next -> next.hasPrevious() && next.getPreviousOffset() < position.nextOffset())
                .filter(next -> !next.getPrevious().equals(held.getCheckpoint()))
                .isPresent();
    }

    private void applyChanges(List<ConsumerRecord<byte[], byte[]>> records) {
        List<LocalStore.Change> changes = new ArrayList<>(records.size());
        for (ConsumerRecord<byte[], byte[]> record : records) {
            changes.add(new LocalStore.Change(
                    ChangelogKeys.column(record.key()), ChangelogKeys.key(record.key()), record.value()));
        }
        ConsumerRecord<byte[], byte[]> last = records.getLast();
        apply(changes, last.leaderEpoch().orElse(-1), last.offset() + 1);
    }

    /** @return false where the log does not have what the store took from it */
    private boolean applyIds(DuplicateFilter into, List<ConsumerRecord<byte[], byte[]>> records) {
        for (ConsumerRecord<byte[], byte[]> record : records) {
            String name = record.topic() + "-" + record.partition() + "@" + record.offset();
            if (unproven) {
                unproven = record.offset() != covered - 1 || !into.endsWith(record.value(), name);
            } else {
                into.restored(record.value(), name, record.offset() + 1, logTimeMs);
            }
            if (unproven) {
                return false;
            }
        }
        return true;
    }

    private void apply(List<LocalStore.Change> changes, int epoch, long next) {
        List<LocalStore.Change> batch = StoreAge.isKnown(store) ? changes : StoreAge.stamped(changes, begunAt);
        store.apply(batch, Map.of(topic.name(), new StorePosition(topic.id(), epoch, next)));
    }

    private TopicPartition read() {
        return new TopicPartition(topic.name(), partition);
    }
}
