package io.waybill.testkit.flaw;

import io.waybill.log.LogReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Flaws of reading by assignment: restore and side readers. */
class FlawedReader implements LogReader {

    private static final int PARTITIONS = 4;

    final FlawedLog log;
    private final LogReader reader;

    FlawedReader(FlawedLog log, LogReader reader) {
        this.log = log;
        this.reader = reader;
    }

    @Override
    public void assign(Collection<TopicPartition> partitions) {
        reader.assign(partitions.stream().map(this::real).toList());
    }

    /** The partition that is read where the engine names this one. */
    private TopicPartition real(TopicPartition named) {
        return shifted(named, 1);
    }

    private TopicPartition shifted(TopicPartition partition, int by) {
        return log.has(Flaw.REPLAYS_OF_ANOTHER_TASK) && log.isReplays(partition.topic())
                ? new TopicPartition(partition.topic(), Math.floorMod(partition.partition() + by, PARTITIONS))
                : partition;
    }

    @Override
    public List<ConsumerRecord<byte[], byte[]>> poll(Duration timeout) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : reader.poll(timeout)) {
            if (log.isReplays(record.topic())) {
                records.add(order(record));
            } else if (!log.has(Flaw.MARKER_NOT_KEPT) || !FlawedStores.isMarker(log, record)) {
                records.add(record);
            }
        }
        return records;
    }

    private ConsumerRecord<byte[], byte[]> order(ConsumerRecord<byte[], byte[]> record) {
        TopicPartition named = shifted(new TopicPartition(record.topic(), record.partition()), -1);
        log.furthestReplays().merge(named, record.offset() + 1, Math::max);
        byte[] value = record.value();
        if (log.has(Flaw.REPEATED_ATTEMPT_ACCEPTED)) {
            value = log.asNextAttempt(value);
        } else if (log.has(Flaw.NEWEST_EDIT_REPLAYED)) {
            value = log.withNewestEdit(record.topic(), value);
        }
        return new ConsumerRecord<>(record.topic(), named.partition(), record.offset(), record.key(), value);
    }

    @Override
    public void seek(TopicPartition partition, long offset) {
        long furthest = log.has(Flaw.ONLY_SOURCE_SOUGHT_BACK) && log.isReplays(partition.topic())
                ? log.furthestReplays().getOrDefault(partition, 0L)
                : 0;
        long position = Math.max(offset, furthest);
        boolean clips = log.has(Flaw.LOST_RECORDS_UNNOTICED);
        reader.seek(real(partition), clips ? Math.min(position, log.simulated().end(partition)) : position);
    }

    @Override
    public long position(TopicPartition partition) {
        return reader.position(real(partition));
    }

    @Override
    public void pause(Collection<TopicPartition> partitions) {
        reader.pause(partitions.stream().map(this::real).toList());
    }

    @Override
    public void resume(Collection<TopicPartition> partitions) {
        reader.resume(partitions.stream().map(this::real).toList());
    }

    @Override
    public Map<TopicPartition, Long> beginningOffsets(Collection<TopicPartition> partitions) {
        return reader.beginningOffsets(partitions);
    }

    @Override
    public Map<TopicPartition, Long> highWatermarks(Collection<TopicPartition> partitions) {
        Map<TopicPartition, Long> ends = new HashMap<>(reader.highWatermarks(partitions));
        ends.replaceAll((partition, end) -> log.rememberedEnds().getOrDefault(partition, end));
        if (log.has(Flaw.RESTORE_TO_LAST_STABLE)) {
            ends.replaceAll((partition, end) ->
                    log.isChangelog(partition.topic()) ? log.simulated().lastStable(partition) : end);
        }
        return ends;
    }

    @Override
    public void wakeup() {
        reader.wakeup();
    }

    @Override
    public void close() {
        reader.close();
    }
}
