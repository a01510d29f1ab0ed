package io.waybill.engine;

import io.waybill.format.v1.CheckpointId;
import io.waybill.format.v1.Marker;
import io.waybill.format.v1.Position;
import io.waybill.log.GroupReader;
import io.waybill.log.LogReader;
import io.waybill.store.LocalStore;
import io.waybill.store.LocalStoreException;
import io.waybill.store.LocalStores.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a task over, step by step between polls: waits for its stable offsets (R3), restores its changelog and then its
 * ids to their stable ends, and holds offset, metadata and marker against each other (R5, R9). Nothing is processed
 * before.
 */
final class TaskOpening {

    private static final Logger LOG = LoggerFactory.getLogger(TaskOpening.class);
    private static final Duration STEP = Duration.ofMillis(50);
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration STORE_PATIENCE = Duration.ofSeconds(30);

    private final StagePlan plan;
    private final int partition;
    private final EngineOptions options;
    private final Ports ports;
    private final GroupReader group;
    private final LogReader restorer;
    private final Supplier<Guard> guard;
    private final TopicPartition changelog;
    private final @Nullable SinkOpening sinks;
    private final Set<TopicPartition> readBySinks;
    private final Instant begunAt;
    private Instant nextLook = Instant.EPOCH;
    private final Alarm alarm;
    private Instant notBefore = Instant.EPOCH;

    private boolean offsetsKnown;
    private boolean forgotten;
    private boolean isRestored;
    private boolean isHeldUp;
    private @Nullable OffsetAndMetadata committed;
    private @Nullable LocalStore store;
    private @Nullable TaskRestore restore;

    /** @param guard of the task, asked for when all else is known */
    TaskOpening(
            StagePlan plan,
            int partition,
            EngineOptions options,
            Ports ports,
            GroupReader group,
            LogReader restorer,
            SinkDesk desk,
            Alarm alarm,
            Supplier<Guard> guard) {
        this.alarm = alarm;
        this.sinks = desk.opening(plan, partition);
        this.readBySinks = desk.readByOpenings();
        this.plan = plan;
        this.partition = partition;
        this.options = options;
        this.ports = ports;
        this.group = group;
        this.restorer = restorer;
        this.guard = guard;
        this.changelog = plan.changelogOf(partition);
        this.begunAt = ports.clock().instant();
    }

    TopicPartition input() {
        return plan.inputOf(partition);
    }

    /** The writer of the task's last checkpoint, as far as it is known by now. */
    @Nullable
    String lastWriter() {
        return committed == null ? null : CheckpointIds.transactionalId(committed.metadata());
    }

    Instant begunAt() {
        return begunAt;
    }

    TaskId task() {
        return plan.task(partition);
    }

    /**
     * One bounded step.
     *
     * @return the task once it is open, null before
     * @throws TaskHaltedException where it must not run
     */
    @Nullable
    Task step() {
        isHeldUp = false;
        if (!offsetsKnown && !readOffsets()) {
            return null;
        }
        if (isAtSinks()) {
            resolveSinks();
            return null;
        }
        if (isRestored) {
            return verified(
                    Objects.requireNonNull(store),
                    Objects.requireNonNull(restore).filter());
        }
        if (store == null && !openStore()) {
            return null;
        }
        if (restore == null) {
            restore = beginRestore(Objects.requireNonNull(store));
        }
        switch (restore.step(STEP)) {
            case MORE ->
                ports.probe().at(Probe.Point.RESTORING, plan.task(partition).toString());
            case WAITING -> {
                isHeldUp = true;
                ports.probe().at(Probe.Point.RESTORING, plan.task(partition).toString());
                fenceWhenPatienceEnds();
            }
            case OUTDATED -> restore = new TaskRestore(plan, partition, ports, wiped(), restorer);
            case DONE -> isRestored = true;
        }
        return null;
    }

    /** Somebody's transaction is open: its last step has waited for that. */
    boolean isHeldUp() {
        return isHeldUp;
    }

    /**
     * Whether its next step has its place between two checkpoints: it calls sinks, which may take their time while no
     * transaction is open; or the task begins, and a checkpoint takes the tasks that were open when it was (R1).
     */
    boolean isBetween() {
        return isRestored || isAtSinks();
    }

    private boolean isAtSinks() {
        return offsetsKnown && sinks != null && !sinks.isDone();
    }

    private void resolveSinks() {
        SinkOpening resolved = Objects.requireNonNull(sinks);
        Instant now = ports.clock().instant();
        Instant end = now.plus(STEP);
        while (!resolved.isDone() && ready(now) && now.isBefore(end)) {
            resolved.step(now);
            notBefore = resolved.notBefore();
            now = ports.clock().instant();
        }
        if (!resolved.isDone()) {
            fenceWhenPatienceEnds();
        }
    }

    /** No checkpoint of its partition has ever been committed, or Kafka has forgotten it. */
    boolean isUnnamed() {
        return committed == null;
    }

    /** One has been committed, and Kafka has forgotten it. */
    boolean isForgotten() {
        return forgotten;
    }

    private boolean readOffsets() {
        TopicPartition input = plan.inputOf(partition);
        try {
            committed = group.committed(Set.of(input), STEP).get(input);
            offsetsKnown = true;
            return true;
        } catch (TimeoutException pending) {
            isHeldUp = true;
            fenceWhenPatienceEnds();
            return false;
        }
    }

    /**
     * Patience before force (R11): the old owner may be healthy and about to commit. Patience begins with its
     * transaction, not with our waiting: one that is dead was silent for a whole session already.
     */
    private void fenceWhenPatienceEnds() {
        if (ports.clock().instant().isBefore(nextLook)) {
            return;
        }
        nextLook = ports.clock().instant().plus(LOOK);
        String prefix = plan.topics().group(plan.pipeline().name()) + ".";
        Set<TopicPartition> read = new HashSet<>(readBySinks);
        read.add(changelog);
        Set<String> holders = ports.log().admin().transactionsHolding(prefix, options.patience(), read);
        if (!holders.isEmpty()) {
            ports.log().admin().fence(holders);
        }
    }

    /** A thread of this process that lost the task may hold its store a little longer: then not yet. */
    private boolean openStore() {
        Instant now = ports.clock().instant();
        try {
            store = ports.stores().open(plan.task(partition));
            return true;
        } catch (LocalStoreException held) {
            if (now.isAfter(begunAt.plus(STORE_PATIENCE))) {
                throw held;
            }
            notBefore = now.plus(STEP);
            return false;
        }
    }

    /** False while there is a reason to wait. */
    boolean ready(Instant now) {
        return !now.isBefore(notBefore);
    }

    private TaskRestore beginRestore(LocalStore opened) {
        LocalStore whole = plan.isOfThisChangelog(opened.positions()) ? opened : wiped();
        return new TaskRestore(plan, partition, ports, whole, restorer);
    }

    /** A store is a cache: one that may not fit its log is built anew from it. */
    private LocalStore wiped() {
        LOG.warn("the local store of task {} does not belong to its changelog any more: it is wiped", task());
        abandon();
        ports.stores().wipe(plan.task(partition));
        LocalStore empty = ports.stores().open(plan.task(partition));
        store = empty;
        return empty;
    }

    private Task verified(LocalStore open, @Nullable DuplicateFilter filter) {
        Marker marker = Rows.marker(StateLayer.over(open));
        if (marker != null && marker.getInputPartitions() != plan.input().partitions()) {
            throw TaskHaltedException.partitionCountChanged(
                    "topic '%s' has %d partitions, but the state of task %s was built for %d: keys would be torn apart"
                            .formatted(
                                    plan.input().name(),
                                    plan.input().partitions(),
                                    plan.task(partition),
                                    marker.getInputPartitions()));
        }
        if (marker != null) {
            sameTopics(marker);
        }
        TaskSinks fenced = new TaskSinks(sinks == null ? Map.of() : sinks.fences(), marker);
        long nextInput = nextInput(marker);
        fenced.requireAgreement(plan.task(partition));
        return new Task(
                plan, partition, options, ports, open, filter, nextInput, marker, fenced, guard.get(), group, alarm);
    }

    /** A topic that was deleted and made anew has other records at the same offsets. */
    private void sameTopics(Marker marker) {
        for (Position position : marker.getNextList()) {
            Uuid now = position.getTopic().equals(plan.replays().name())
                    ? plan.replays().id()
                    : plan.input().id();
            if (!position.getTopicId().equals(CheckpointIds.bytes(now))) {
                throw TaskHaltedException.positionLost(
                        "topic '%s' is another one than that whose offset %d task %s has reached: it was made anew"
                                .formatted(position.getTopic(), position.getNextOffset(), plan.task(partition)));
            }
        }
    }

    private long nextInput(@Nullable Marker marker) {
        OffsetAndMetadata offset = committed;
        if (offset == null) {
            // Never started, or Kafka expired the group's offsets: then the marker stands in for them (R5).
            forgotten = marker != null;
            return marker == null ? beginningOfInput() : marker.getNext(0).getNextOffset();
        }
        CheckpointId checkpoint = CheckpointIds.parse(offset.metadata());
        if (checkpoint == null) {
            throw TaskHaltedException.metadataMissing(
                    "the group's offset %d of %s carries no checkpoint id: something else than Waybill committed it"
                            .formatted(offset.offset(), plan.inputOf(partition)));
        }
        if (marker == null || marker.getNext(0).getNextOffset() != offset.offset()) {
            throw TaskHaltedException.positionsDisagree(
                    "the group's offset of %s is %d, but the changelog's marker says %s"
                            .formatted(
                                    plan.inputOf(partition),
                                    offset.offset(),
                                    marker == null
                                            ? "nothing"
                                            : marker.getNext(0).getNextOffset()));
        }
        return offset.offset();
    }

    private long beginningOfInput() {
        TopicPartition input = plan.inputOf(partition);
        return group.beginningOffsets(Set.of(input)).getOrDefault(input, 0L);
    }

    /** Gives up what it holds. */
    void abandon() {
        if (store != null) {
            store.close();
            store = null;
        }
    }
}
