package io.waybill.engine;

import io.waybill.format.UnreadableLogException;
import io.waybill.log.GroupReader;
import io.waybill.log.LogAdmin.TopicDescription;
import io.waybill.log.LogReader;
import io.waybill.log.TransactionalWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One life of a processing thread: one group member, one transactional writer, the tasks the group gave it. Whatever
 * goes wrong ends this life, and the next one begins from the commit record: there is no second way to recover.
 */
final class Incarnation implements GroupReader.RebalanceListener, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Incarnation.class);
    private static final Duration OPENING_LOOK = Duration.ofMillis(50);
    private static final Duration SLICE = Duration.ofMillis(25);

    private final StagePlan plan;
    private final EngineOptions options;
    private final Ports ports;
    private final UUID id;
    private final String threadName;
    private final String transactionalId;
    private final List<AutoCloseable> open = new ArrayList<>();
    private final Map<Integer, Task> tasks = new TreeMap<>();
    private final Openings openings = new Openings();
    private final Map<Integer, TaskHaltedException> halted = new TreeMap<>();
    private final Map<Integer, TaskHaltedException> toHalt = new TreeMap<>();
    private final Pauses pauses = new Pauses();
    private final IncidentLog incidents;
    private final SideReader side;
    private final LogReader restorer;
    private final TransactionalWriter writer;
    private final GroupReader group;
    private @Nullable Checkpoint checkpoint;
    private long sequence;
    private boolean failed;

    Incarnation(StagePlan plan, EngineOptions options, Ports ports, String threadName) {
        this.plan = plan;
        this.options = options;
        this.ports = ports;
        this.id = uuid(ports.random());
        this.threadName = threadName;
        String groupId = plan.topics().group(plan.pipeline().name());
        this.transactionalId = groupId + "." + threadName + "." + id;
        try {
            this.incidents = opened(new IncidentLog(plan, ports));
            this.side = opened(new SideReader(plan, opened(ports.log().reader())));
            this.restorer = opened(ports.log().reader());
            this.writer = opened(ports.log().transactionalWriter(transactionalId, options.transactionTimeout()));
            writer.initTransactions();
            this.group =
                    opened(ports.log().joinGroup(groupId, List.of(plan.input().name()), this));
        } catch (Throwable e) {
            Closing.all(open.reversed());
            throw e;
        }
    }

    private <C extends AutoCloseable> C opened(C client) {
        open.add(client);
        return client;
    }

    static UUID uuid(RandomGenerator random) {
        long high = (random.nextLong() & ~0xF000L) | 0x4000L;
        long low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }

    /** Runs until the stop is requested or something fails. */
    void run() {
        try {
            incidents.refresh();
            while (!ports.stop().requested()) {
                step();
            }
            commit();
        } catch (RuntimeException | Error e) {
            failed = true;
            throw e;
        }
    }

    private void step() {
        incidents.writeUnwritten();
        if (incidents.look()) {
            speakUp();
        }
        balanceBackpressure();
        poll();
        openTasks();
        for (Task task : List.copyOf(tasks.values())) {
            advance(task);
            if (checkpoint != null && checkpoint.due(ports.clock().instant())) {
                commit();
            }
        }
        toHalt.forEach(this::halt);
        toHalt.clear();
        if (checkpoint != null && checkpoint.due(ports.clock().instant())) {
            commit();
        }
    }

    /** An owner that was slow to learn it is none may have closed what is still so (I7). */
    private void speakUp() {
        halted.forEach(incidents::halted);
        for (Task task : tasks.values()) {
            OperatorFailure stop = task.stoppedBy();
            if (stop != null) {
                incidents.stopped(task, stop, task.currentRecord());
            }
        }
    }

    private void poll() {
        try {
            for (ConsumerRecord<byte[], byte[]> record : group.poll(patience())) {
                Task task = tasks.get(record.partition());
                if (task != null) {
                    task.offer(record);
                }
            }
            side.poll(tasks, this::retry);
        } catch (OffsetOutOfRangeException lost) {
            for (TopicPartition partition : lost.partitions()) {
                if (side.skipsLost(partition)) {
                    continue;
                }
                toHalt.put(
                        partition.partition(),
                        TaskHaltedException.positionLost(
                                "the log no longer holds the position of %s: records were deleted unread"
                                        .formatted(partition)));
            }
        }
    }

    /** How long the next poll may wait for records. */
    private Duration patience() {
        Instant now = ports.clock().instant();
        if (openings.isReady(now) || tasks.values().stream().anyMatch(task -> task.runnable(now))) {
            return Duration.ZERO;
        }
        Instant wake = checkpoint == null ? now.plus(options.checkpointInterval()) : checkpoint.dueAt();
        if (!openings.isEmpty()) {
            wake = now.plus(OPENING_LOOK);
        }
        for (Task task : tasks.values()) {
            Instant held = task.heldUntil();
            if (held != null && held.isBefore(wake)) {
                wake = held;
            }
        }
        return wake.isAfter(now) ? Duration.between(now, wake) : Duration.ZERO;
    }

    private void balanceBackpressure() {
        Set<TopicPartition> wanted = new HashSet<>();
        tasks.values().stream()
                .filter(task -> !task.wantsInput())
                .forEach(task -> wanted.add(plan.inputOf(task.partition())));
        openings.partitions().forEach(partition -> wanted.add(plan.inputOf(partition)));
        halted.keySet().forEach(partition -> wanted.add(plan.inputOf(partition)));
        pauses.set(group, wanted);
        side.balance(tasks.values());
    }

    /** One at a time: the restorer reads one changelog. */
    private void openTasks() {
        TaskOpening opening = openings.next(ports.clock().instant());
        if (opening == null) {
            return;
        }
        try {
            Task task = opening.step();
            if (task != null) {
                // The open checkpoint was opened without it (R1); what it does goes into the next one.
                commit();
                openings.done(opening.partition());
                tasks.put(opening.partition(), task);
                group.seek(
                        plan.inputOf(opening.partition()), task.inputPosition().getNextOffset());
                side.add(task);
                incidents.runs(task.partition());
                LOG.info(
                        "task {} runs from offset {}",
                        task.id(),
                        task.inputPosition().getNextOffset());
            }
        } catch (TaskHaltedException e) {
            haltOpening(opening, e);
        } catch (UnreadableLogException e) {
            haltOpening(opening, TaskHaltedException.unreadableLog(e));
        }
    }

    private void haltOpening(TaskOpening opening, TaskHaltedException reason) {
        openings.abandon(opening.partition());
        halted.put(opening.partition(), reason);
        incidents.halted(opening.partition(), reason);
    }

    private void advance(Task task) {
        Instant now = ports.clock().instant();
        if (!task.runnable(now)) {
            return;
        }
        long before = task.inputPosition().getNextOffset();
        try {
            task.advance(now.plus(SLICE), openCheckpoint());
        } catch (TaskHaltedException e) {
            toHalt.put(task.partition(), e);
            return;
        } catch (UnreadableLogException e) {
            toHalt.put(task.partition(), TaskHaltedException.unreadableLog(e));
            return;
        }
        OperatorFailure stop = task.stoppedBy();
        if (stop != null) {
            incidents.stopped(task, stop, task.currentRecord());
        } else if (task.inputPosition().getNextOffset() > before) {
            incidents.resumed(task.partition(), "waybill");
        }
    }

    private Checkpoint openCheckpoint() {
        Checkpoint open = checkpoint;
        if (open == null) {
            sequence++;
            open = new Checkpoint(
                    plan,
                    options,
                    ports,
                    writer,
                    group.groupMetadata(),
                    CheckpointIds.of(id, sequence),
                    CheckpointIds.metadata(id, sequence, transactionalId),
                    tasks.values());
            checkpoint = open;
        }
        return open;
    }

    private void commit() {
        if (checkpoint != null) {
            checkpoint.commit();
            checkpoint = null;
            incidents.threadWorks(threadName);
        }
    }

    private void retry(String incidentId, int partition, String by) {
        Task task = tasks.get(partition);
        boolean opens = openings.partitions().contains(partition);
        if (task == null && !opens && !halted.containsKey(partition)) {
            // Everybody hears an order; only the task's owner may say that it was obeyed.
            return;
        }
        if (!incidents.concerns(partition, incidentId)) {
            // An earlier owner may have opened it after this one looked.
            incidents.refresh();
        }
        if (!incidents.concerns(partition, incidentId)) {
            return;
        }
        incidents.resumed(partition, by);
        if (task != null) {
            task.resume();
        } else if (halted.remove(partition) != null) {
            openings.add(new TaskOpening(plan, partition, options, ports, group, restorer));
        }
    }

    private void halt(int partition, TaskHaltedException reason) {
        // What the task did before belongs to the open checkpoint, and its store must still be open then.
        commit();
        Task task = tasks.remove(partition);
        if (task != null) {
            side.remove(task);
            task.close();
        }
        halted.put(partition, reason);
        incidents.halted(partition, reason);
    }

    @Override
    public void onAssigned(Collection<TopicPartition> partitions) {
        if (partitions.isEmpty()) {
            return;
        }
        // A position must stand before the next fetch; the true one is known when the task is open.
        pauses.add(group, partitions);
        boolean sameCount = partitionsOfInput() == plan.input().partitions();
        for (TopicPartition partition : partitions) {
            group.seek(partition, 0);
            if (!sameCount) {
                toHalt.put(partition.partition(), grown());
                continue;
            }
            openings.add(new TaskOpening(plan, partition.partition(), options, ports, group, restorer));
        }
        incidents.refresh();
    }

    /** A topic that grows while we run causes a rebalance: here it is noticed before any record of it runs. */
    private int partitionsOfInput() {
        TopicDescription now = ports.log()
                .admin()
                .describe(List.of(plan.input().name()))
                .get(plan.input().name());
        return now == null ? 0 : now.partitions();
    }

    private TaskHaltedException grown() {
        return TaskHaltedException.partitionCountChanged(
                "topic '%s' had %d partitions when this process started and has another number now: keys would be torn apart"
                        .formatted(plan.input().name(), plan.input().partitions()));
    }

    @Override
    public void onRevoked(Collection<TopicPartition> partitions) {
        if (!failed) {
            drain();
        }
        drop(partitions);
    }

    /** The generation still stands: what is open can be committed with it. Otherwise nothing of it happened. */
    private void drain() {
        try {
            commit();
        } catch (CommitFailedException fenced) {
            LOG.info("checkpoint fenced while its tasks moved away: it is undone and runs again elsewhere");
            writer.abort();
            checkpoint = null;
        }
    }

    @Override
    public void onLost(Collection<TopicPartition> partitions) {
        if (checkpoint != null) {
            checkpoint = null;
            writer.abort();
        }
        drop(partitions);
    }

    private void drop(Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            pauses.forget(partition);
            halted.remove(partition.partition());
            toHalt.remove(partition.partition());
            openings.abandon(partition.partition());
            Task task = tasks.remove(partition.partition());
            if (task != null) {
                side.remove(task);
                task.close();
            }
        }
    }

    @Override
    public void close() {
        List<AutoCloseable> all = new ArrayList<>();
        if (checkpoint != null && checkpoint.abortable()) {
            all.add(writer::abort);
        }
        // First the tasks: dropping one still needs the side reader, and a store left open is locked for every other
        // thread.
        all.add(() -> drop(inputPartitions()));
        all.addAll(open.reversed());
        Closing.all(all);
    }

    private Set<TopicPartition> inputPartitions() {
        Set<TopicPartition> all = new HashSet<>();
        tasks.keySet().forEach(partition -> all.add(plan.inputOf(partition)));
        openings.partitions().forEach(partition -> all.add(plan.inputOf(partition)));
        return all;
    }
}
