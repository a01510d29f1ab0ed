package io.waybill.engine;

import io.waybill.format.LogFormats;
import io.waybill.format.UnreadableLogException;
import io.waybill.format.v1.CheckpointId;
import io.waybill.format.v1.PreparedCheckpoint;
import io.waybill.log.LogAdmin.TopicSpec;
import io.waybill.log.LogReader;
import io.waybill.log.LogWriter;
import io.waybill.sink.Handle;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What committed checkpoints have prepared and nobody has reported resolved: the checkpoints topic, read so far. */
final class HandleBook implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HandleBook.class);
    private static final Duration STEP = Duration.ofMillis(50);

    private final String pipeline;
    private final String topic;
    private final int partitionCount;
    private final Set<TopicPartition> partitions = new LinkedHashSet<>();
    private final LogReader reader;
    private final LogWriter writer;
    private final Map<String, PreparedCheckpoint> unresolved = new LinkedHashMap<>();
    private final Map<String, Instant> writtenAt = new HashMap<>();

    HandleBook(PipelinePlan plan, Ports ports) {
        this.pipeline = plan.pipeline().name();
        this.topic = plan.topics().checkpoints();
        this.partitionCount =
                plan.checkpoints() == null ? 0 : plan.checkpoints().partitions();
        // Where somebody deleted it, the committed offsets say as well what its records said.
        ports.log().admin().create(List.of(new TopicSpec(topic, partitionCount, TopicSetup.SHORT_LIVED)));
        for (int i = 0; i < partitionCount; i++) {
            partitions.add(new TopicPartition(topic, i));
        }
        this.writer = ports.log().writer();
        this.reader = ports.log().reader();
        reader.assign(partitions);
        seek(partitions);
    }

    private void seek(Set<TopicPartition> lost) {
        Map<TopicPartition, Long> beginnings = reader.beginningOffsets(lost);
        lost.forEach(partition -> reader.seek(partition, beginnings.getOrDefault(partition, 0L)));
    }

    Set<TopicPartition> partitions() {
        return partitions;
    }

    static ProducerRecord<byte[], byte[]> record(PipelinePlan plan, PreparedCheckpoint prepared) {
        String topic = plan.topics().checkpoints();
        int count = plan.checkpoints() == null ? 1 : plan.checkpoints().partitions();
        return new ProducerRecord<>(
                topic, partition(prepared.getCheckpoint(), count), key(prepared), LogFormats.encode(prepared));
    }

    private static int partition(CheckpointId id, int count) {
        return Math.floorMod(CheckpointIds.incarnation(id).hashCode(), count);
    }

    private static byte[] key(PreparedCheckpoint prepared) {
        return name(prepared.getCheckpoint()).getBytes(StandardCharsets.UTF_8);
    }

    private static String name(CheckpointId id) {
        return CheckpointIds.incarnation(id) + ";" + id.getSequence();
    }

    /** Reads on to the end as it is now. False where an open transaction stands before it, or nothing comes. */
    boolean refresh() {
        Map<TopicPartition, Long> ends = reader.highWatermarks(partitions);
        while (ends.entrySet().stream().anyMatch(end -> reader.position(end.getKey()) < end.getValue())) {
            try {
                List<ConsumerRecord<byte[], byte[]>> records = reader.poll(STEP);
                if (records.isEmpty()
                        && ends.entrySet().stream().anyMatch(end -> reader.position(end.getKey()) < end.getValue())) {
                    return false;
                }
                records.forEach(this::read);
            } catch (OffsetOutOfRangeException deleted) {
                // What was known stays true; what is gone is no evidence against anything.
                seek(deleted.partitions());
            }
        }
        return true;
    }

    private void read(ConsumerRecord<byte[], byte[]> record) {
        String key = new String(record.key(), StandardCharsets.UTF_8);
        if (record.value() == null) {
            unresolved.remove(key);
            writtenAt.remove(key);
            return;
        }
        try {
            PreparedCheckpoint prepared = LogFormats.decode(
                    PreparedCheckpoint.parser(), record.value(), record.topic() + "@" + record.offset());
            if (prepared.getPipeline().equals(pipeline)) {
                unresolved.put(key, prepared);
                writtenAt.put(key, Instant.ofEpochMilli(record.timestamp()));
            }
        } catch (UnreadableLogException foreign) {
            LOG.error("a record of prepared sinks is passed over: {}", foreign.getMessage());
        }
    }

    /** Whether a committed checkpoint names it. */
    boolean holds(Handle handle) {
        PreparedCheckpoint prepared = unresolved.get(handle.incarnation() + ";" + handle.sequence());
        return prepared != null
                && prepared.getHandlesList().stream()
                        .anyMatch(named -> named.getHandle().toStringUtf8().equals(handle.text()));
    }

    List<PreparedCheckpoint> all() {
        return List.copyOf(unresolved.values());
    }

    /** When the record of an unresolved one was written. */
    Instant since(PreparedCheckpoint prepared) {
        return writtenAt.getOrDefault(name(prepared.getCheckpoint()), Instant.EPOCH);
    }

    /** Nothing of it is prepared any more. Written outside of transactions; whoever finds it still there writes again. */
    void resolved(PreparedCheckpoint prepared) {
        var unused = writer.send(new ProducerRecord<>(
                        topic, partition(prepared.getCheckpoint(), partitionCount), key(prepared), null))
                .whenComplete((done, error) -> {
                    if (error != null) {
                        LOG.info(
                                "checkpoint {} is resolved, but that was not written: {}",
                                name(prepared.getCheckpoint()),
                                error.toString());
                    }
                });
    }

    @Override
    public void close() {
        Closing.all(List.of(reader, writer));
    }
}
