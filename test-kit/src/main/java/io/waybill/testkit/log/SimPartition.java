package io.waybill.testkit.log;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/** One partition: records and markers, each with an offset. */
final class SimPartition implements SimTransaction.Participant {

    private final TopicPartition name;
    private final List<Entry> entries = new ArrayList<>();
    private final Map<SimTransaction, Long> firstOffsets = new LinkedHashMap<>();
    private long start;
    private int leaderEpoch;

    SimPartition(TopicPartition name) {
        this.name = name;
    }

    /** @param record null for a marker, and where compaction removed it */
    private record Entry(
            @Nullable ProducerRecord<byte[], byte[]> record,
            long timestampMs,
            int leaderEpoch,
            @Nullable SimTransaction transaction) {

        boolean isVisible() {
            return record != null && (transaction == null || transaction.isCommitted());
        }
    }

    TopicPartition name() {
        return name;
    }

    /** @return the record's offset */
    long append(ProducerRecord<byte[], byte[]> record, long nowMs, @Nullable SimTransaction transaction) {
        long offset = highWatermark();
        if (transaction != null) {
            transaction.enlist(this);
            firstOffsets.putIfAbsent(transaction, offset);
        }
        Long timestamp = record.timestamp();
        entries.add(new Entry(record, timestamp == null ? nowMs : timestamp, leaderEpoch, transaction));
        return offset;
    }

    /** Writes the marker. */
    @Override
    public void complete(SimTransaction transaction) {
        entries.add(new Entry(null, 0, leaderEpoch, transaction));
        firstOffsets.remove(transaction);
    }

    long start() {
        return start;
    }

    long highWatermark() {
        return entries.size();
    }

    /** The first offset of the oldest transaction that has no marker here yet; else the high watermark. */
    long lastStable() {
        long stable = highWatermark();
        for (long first : firstOffsets.values()) {
            stable = Math.min(stable, first);
        }
        return stable;
    }

    void deleteBefore(long offset) {
        start = Math.max(start, offset);
    }

    /**
     * Removes what a later record of its key makes superfluous.
     *
     * @param end looks at nothing from there on
     * @param tombstonesBefore deletions older than this go too, in milliseconds since the epoch
     */
    void compact(long end, long tombstonesBefore) {
        Set<ByteBuffer> later = new HashSet<>();
        for (long offset = Math.min(end, lastStable()) - 1; offset >= start; offset--) {
            Entry entry = entries.get((int) offset);
            ProducerRecord<byte[], byte[]> record = entry.record();
            if (record == null) {
                continue;
            }
            boolean last = entry.isVisible() && later.add(ByteBuffer.wrap(record.key()));
            boolean expired = record.value() == null && entry.timestampMs() < tombstonesBefore;
            if (!last || expired) {
                entries.set((int) offset, new Entry(null, 0, entry.leaderEpoch(), entry.transaction()));
            }
        }
    }

    /** A replica that lacked everything from this offset on has become the leader. */
    void lose(long from) {
        if (!firstOffsets.isEmpty()) {
            throw new IllegalStateException("expected no open transaction in " + name + ", but was " + firstOffsets);
        }
        entries.subList((int) from, entries.size()).clear();
        leaderEpoch++;
    }

    boolean contains(long position) {
        return position >= start && position <= highWatermark();
    }

    /** The first offset from {@code position} on that holds a record for readers; else where they have to wait. */
    long skip(long position, boolean abortedToo) {
        long stable = lastStable();
        long next = position;
        while (next < stable && !isReadable(next, abortedToo)) {
            next++;
        }
        return next;
    }

    private boolean isReadable(long offset, boolean abortedToo) {
        Entry entry = entries.get((int) offset);
        return entry.isVisible() || (abortedToo && entry.record() != null);
    }

    boolean hasRecordAt(long offset) {
        return offset < lastStable();
    }

    ConsumerRecord<byte[], byte[]> read(long offset) {
        Entry entry = entries.get((int) offset);
        ProducerRecord<byte[], byte[]> record = entry.record();
        if (record == null) {
            throw new IllegalStateException("expected a record at " + name + "@" + offset + ", but was a marker");
        }
        byte[] key = record.key();
        byte[] value = record.value();
        return new ConsumerRecord<>(
                name.topic(),
                name.partition(),
                offset,
                entry.timestampMs(),
                TimestampType.CREATE_TIME,
                key == null ? ConsumerRecord.NULL_SIZE : key.length,
                value == null ? ConsumerRecord.NULL_SIZE : value.length,
                key == null ? null : key.clone(),
                value == null ? null : value.clone(),
                new RecordHeaders(record.headers().toArray()),
                Optional.of(entry.leaderEpoch()));
    }

    /** Whether nothing is committed. */
    boolean isEmpty() {
        for (int offset = (int) start; offset < entries.size(); offset++) {
            if (entries.get(offset).isVisible()) {
                return false;
            }
        }
        return true;
    }

    /** Everything that was ever committed: also what readers have to wait for still, and what was deleted since. */
    List<ConsumerRecord<byte[], byte[]>> committed(boolean abortedToo) {
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        for (long offset = 0; offset < highWatermark(); offset++) {
            if (isReadable(offset, abortedToo)) {
                found.add(read(offset));
            }
        }
        return found;
    }
}
