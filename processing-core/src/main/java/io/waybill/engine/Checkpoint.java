package io.waybill.engine;

import io.waybill.format.LogFormats;
import io.waybill.format.TrackingId;
import io.waybill.format.v1.CheckpointId;
import io.waybill.format.v1.DeadLetterEvent;
import io.waybill.format.v1.Marker;
import io.waybill.format.v1.Position;
import io.waybill.format.v1.PreparedCheckpoint;
import io.waybill.log.TransactionalWriter;
import io.waybill.store.LocalStore;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One open checkpoint of a processing thread: a Kafka transaction with the group metadata and the set of tasks of the
 * moment it was opened (R1). Any exception before the commit means that nothing of it happened.
 */
final class Checkpoint implements Task.Release {

    private final PipelinePlan plan;
    private final EngineOptions options;
    private final Ports ports;
    private final TransactionalWriter writer;
    private final ConsumerGroupMetadata group;
    private final CheckpointId id;
    private final String metadata;
    private final Instant openedAt;
    private final Set<Task> tasks;
    private final SinkRound sinks;
    private final Map<Task, Ends> written = new LinkedHashMap<>();
    private final Map<String, StageBlocks> blocks = new LinkedHashMap<>();
    private final Refusals.Watch sent = new Refusals.Watch();
    private long bytes;
    private boolean deciding;

    /** @param tasks that were open when the checkpoint was; later ones wait for the next */
    Checkpoint(
            PipelinePlan plan,
            EngineOptions options,
            Ports ports,
            TransactionalWriter writer,
            ConsumerGroupMetadata group,
            CheckpointId id,
            String metadata,
            Collection<Task> tasks,
            SinkRound sinks) {
        this.sinks = sinks;
        this.plan = plan;
        this.options = options;
        this.ports = ports;
        this.writer = writer;
        this.group = group;
        this.id = id;
        this.metadata = metadata;
        this.openedAt = ports.clock().instant();
        // In the order of their partitions: the same seed of a simulation must give the same history.
        this.tasks = new LinkedHashSet<>(tasks);
        writer.begin();
    }

    @Override
    public void release(Task task, Effects effects) {
        if (!tasks.contains(task)) {
            throw new IllegalStateException("task " + task.id() + " was not open when the checkpoint was (R1)");
        }
        for (ProducerRecord<byte[], byte[]> output : effects.outputs()) {
            send(output);
        }
        sinks.write(task, effects.sinkRows());
        for (DeadLetterEvent event : effects.deadLetters()) {
            send(new ProducerRecord<>(
                    plan.topics().deadLetters(),
                    TrackingId.of(event.getTrackingId())
                            .partition(task.plan().shared().deadLetters()),
                    utf8(event.getDeadLetterId()),
                    LogFormats.encode(event.toBuilder().setCheckpoint(id).build())));
        }
        blocks.computeIfAbsent(task.plan().stage(), stage -> new StageBlocks(task.plan(), id))
                .add(effects);
        bytes += effects.bytes();
    }

    @Override
    public boolean full() {
        return bytes >= options.maxCheckpointBytes();
    }

    boolean due(Instant now) {
        return full() || !now.isBefore(dueAt());
    }

    Instant dueAt() {
        return openedAt.plus(options.checkpointInterval());
    }

    /** False from the call of the commit on: then only the record decides. */
    boolean abortable() {
        return !deciding;
    }

    /** Whether this life may go on where the checkpoint is undone. */
    boolean canBeUndone() {
        return !sinks.isTouched();
    }

    /** Up to the commit record; {@link #settle} is what follows. */
    void commit() {
        PreparedCheckpoint handles = sinks.close(plan.pipeline().name());
        if (handles != null) {
            send(HandleBook.record(plan, handles));
        }
        for (Task task : tasks) {
            task.commits().before();
            if (task.moved()) {
                CompletableFuture<RecordMetadata> ids = writeIds(task);
                written.put(task, new Ends(writeChangelog(task), ids));
            }
        }
        blocks.values().forEach(block -> block.drain().forEach(this::send));
        writer.flush();
        // All acknowledged or failed by now; a failure that is not a record's own aborts the checkpoint.
        sent.requireNoneFailed();
        written.values().forEach(Ends::requireAcknowledged);
        ports.probe().at(Probe.Point.FLUSHED, metadata);
        writer.sendOffsets(offsets(), group);
        ports.probe().at(Probe.Point.OFFSETS_SENT, metadata);
        if (handles != null) {
            sinks.prepare(ports, options.prepareBudget());
            ports.probe().at(Probe.Point.PREPARED, metadata);
        }
        commitUntilDecided();
        ports.probe().at(Probe.Point.COMMITTED, metadata);
    }

    /** Commits the sinks, then writes the stores; false while a sink does not follow. Throws only when the stores fail. */
    boolean settle(IncidentLog incidents) {
        if (!sinks.settle(ports.clock().instant(), incidents)) {
            return false;
        }
        written.forEach(Checkpoint::apply);
        ports.probe().at(Probe.Point.APPLIED, metadata);
        return true;
    }

    /** When {@link #settle} is worth another call. */
    Instant nextTry() {
        return sinks.nextTry();
    }

    /** The task is not ours any more: its new owner reads what it missed from the log. True where none is left. */
    boolean forget(Task task) {
        written.remove(task);
        tasks.remove(task);
        return tasks.isEmpty();
    }

    /** What the checkpoints topic says of its sinks; null where none has rows. */
    @Nullable
    PreparedCheckpoint prepared() {
        return sinks.record();
    }

    /** Only the record decides (R6): a missing answer is asked for again, a fenced writer is somebody else's to judge. */
    private void commitUntilDecided() {
        deciding = true;
        while (true) {
            try {
                writer.commit();
                return;
            } catch (TimeoutException noAnswer) {
                if (ports.stop().requested()) {
                    throw noAnswer;
                }
            }
        }
    }

    /** @return the acknowledgement of the marker, the last record of the task in this checkpoint */
    private CompletableFuture<RecordMetadata> writeChangelog(Task task) {
        TopicPartition changelog = task.plan().changelogOf(task.partition());
        for (LocalStore.Change change : task.commits().changes()) {
            send(new ProducerRecord<>(
                    changelog.topic(),
                    changelog.partition(),
                    ChangelogKeys.encode(change.column(), change.key()),
                    change.value()));
        }
        Marker marker = task.commits().mark(id);
        task.state().put(Rows.MARKER, Rows.MARKER_KEY, LogFormats.encode(marker));
        return writer.send(new ProducerRecord<>(
                changelog.topic(),
                changelog.partition(),
                ChangelogKeys.encode(Rows.MARKER, Rows.MARKER_KEY),
                LogFormats.encode(marker)));
    }

    /** @return the acknowledgement of the last block; null where there is none */
    private @Nullable CompletableFuture<RecordMetadata> writeIds(Task task) {
        ProducerRecord<byte[], byte[]> last = null;
        for (byte[] block : task.commits().drainIds(id)) {
            if (last != null) {
                send(last);
            }
            last = new ProducerRecord<>(
                    Objects.requireNonNull(task.plan().ids()).name(), task.partition(), null, block);
        }
        return last == null ? null : writer.send(last);
    }

    private static void apply(Task task, Ends ends) {
        task.apply(next(ends.changelog()), ends.ids() == null ? null : next(ends.ids()));
    }

    private static long next(CompletableFuture<RecordMetadata> last) {
        return last.join().offset() + 1;
    }

    private Map<TopicPartition, OffsetAndMetadata> offsets() {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (Task task : tasks) {
            Position next = task.inputPosition();
            Optional<Integer> epoch = next.getLeaderEpoch() < 0 ? Optional.empty() : Optional.of(next.getLeaderEpoch());
            offsets.put(task.input(), new OffsetAndMetadata(next.getNextOffset(), epoch, metadata));
        }
        return offsets;
    }

    private void send(ProducerRecord<byte[], byte[]> record) {
        writer.send(record, sent);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The acknowledgements of the last records of a task in this checkpoint. */
    private record Ends(
            CompletableFuture<RecordMetadata> changelog,
            @Nullable CompletableFuture<RecordMetadata> ids) {

        void requireAcknowledged() {
            changelog.join();
            if (ids != null) {
                ids.join();
            }
        }
    }
}
