package io.waybill.engine;

import com.google.protobuf.UnsafeByteOperations;
import io.waybill.format.LogFormats;
import io.waybill.format.UnreadableLogException;
import io.waybill.format.v1.OwnerNote;
import io.waybill.pipeline.Pipeline;
import io.waybill.store.LocalStores.TaskId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The notes that owners of tasks leave on the log, outside checkpoints: a process that ends leaves its own behind. Each
 * life writes notes of its own only, so one that was taken for dead cannot overwrite what its successor noted; only the
 * next owner removes another's, when its own stands. One thread.
 */
final class OwnerNotes implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(OwnerNotes.class);

    private final Ports ports;
    private final UUID life;
    private final int uncleanExits;
    private final SharedTopic topic;
    private final Map<String, OwnerNote> notes = new LinkedHashMap<>();
    /** Keys of what was noted here. */
    private final Set<String> noted = new HashSet<>();

    private boolean stands;

    /** @param life of the processing thread, which may be longer than an incarnation */
    OwnerNotes(PipelinePlan plan, EngineOptions options, Ports ports, UUID life) {
        this.ports = ports;
        this.life = life;
        this.uncleanExits = options.uncleanExits();
        this.topic =
                new SharedTopic(ports, plan.topics().owners(plan.pipeline().name(), Pipeline.SOURCE_STAGE), this::read);
    }

    /** Catches up with what other owners noted. What they noted before they gave a task up is there then. */
    void refresh() {
        topic.refresh();
    }

    private void read(ConsumerRecord<byte[], byte[]> record) {
        String key = new String(record.key(), StandardCharsets.UTF_8);
        if (noted.contains(key)) {
            // It knows what it noted, and by now better. What an incarnation before it noted in this life it does not.
            return;
        }
        if (record.value() == null) {
            notes.remove(key);
        } else {
            note(key, record);
        }
    }

    private void note(String key, ConsumerRecord<byte[], byte[]> record) {
        String what = record.topic() + "@" + record.offset();
        try {
            notes.put(key, LogFormats.decode(OwnerNote.parser(), record.value(), what));
        } catch (UnreadableLogException foreign) {
            // It counts exits and decides nothing about any record's effects: one more may be run.
            LOG.error("a note is passed over: {}", foreign.getMessage());
        }
    }

    /** What the notes of this task tell, as far as they were read. */
    Evidence about(TaskId task) {
        List<OwnerNote> own = new ArrayList<>();
        List<OwnerNote> others = new ArrayList<>();
        notes.forEach((key, note) -> {
            if (key.startsWith(prefix(task))) {
                (key.equals(key(task)) ? own : others).add(note);
            }
        });
        return Evidence.of(own, others, uncleanExits);
    }

    /** Where the task's readers end now: what lies behind was read by no earlier owner. */
    Map<TopicPartition, Long> ends(Set<TopicPartition> partitions) {
        return topic.ends(partitions);
    }

    /** Notes it; what counts is on the log when the answer is there. */
    CompletableFuture<RecordMetadata> write(TaskId task, Evidence evidence, Mark mark) {
        return write(task, note(evidence, mark).build());
    }

    /** Removes the notes of other lives, behind the one that was written last. */
    void succeed(TaskId task) {
        for (String key : List.copyOf(notes.keySet())) {
            if (key.startsWith(prefix(task)) && !key.equals(key(task))) {
                notes.remove(key);
                remove(key);
            }
        }
    }

    /** The task is given up in order. What was held against its records goes on to the next owner. */
    void leave(TaskId task, Evidence evidence) {
        if (stands) {
            return;
        }
        if (evidence.isNone()) {
            notes.remove(key(task));
            noted.add(key(task));
            remove(key(task));
        } else {
            var unused = write(task, note(evidence, Mark.NOTHING).setLeft(true).build());
        }
    }

    /** The notes stay as they are: this life is over, although its process lives. */
    void stand() {
        stands = true;
    }

    private OwnerNote.Builder note(Evidence evidence, Mark mark) {
        byte[] id = ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(life.getMostSignificantBits())
                .putLong(life.getLeastSignificantBits())
                .array();
        return evidence.note(mark)
                .setLife(UnsafeByteOperations.unsafeWrap(id))
                .setAtMs(ports.clock().millis());
    }

    private CompletableFuture<RecordMetadata> write(TaskId task, OwnerNote note) {
        notes.put(key(task), note);
        noted.add(key(task));
        return topic.send(key(task), LogFormats.encode(note));
    }

    private void remove(String key) {
        var unused = topic.send(key, null);
    }

    /** Waits until what was noted is on the log, or lost with its writer. */
    void flush() {
        topic.flush();
    }

    private String key(TaskId task) {
        return prefix(task) + life;
    }

    private static String prefix(TaskId task) {
        return task.stage() + "/" + task.partition() + "/";
    }

    @Override
    public void close() {
        topic.close();
    }
}
