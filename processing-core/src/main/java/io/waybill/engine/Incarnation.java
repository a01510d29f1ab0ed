package io.waybill.engine;

import io.waybill.format.UnreadableLogException;
import io.waybill.format.v1.Control.DecideInDoubt;
import io.waybill.log.GroupReader;
import io.waybill.log.LogAdmin.TopicDescription;
import io.waybill.log.LogReader;
import io.waybill.log.TransactionalWriter;
import io.waybill.store.LocalStores.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
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
    /** A life that has lasted so long works, also where nothing came that it could commit. */
    private static final Duration WORKS_AFTER = Duration.ofSeconds(30);

    private final PipelinePlan plan;
    private final EngineOptions options;
    private final Ports ports;
    private final UUID id;
    private final Instant bornAt;
    private final String threadName;
    private final Helm helm;
    private final String transactionalId;
    private final List<AutoCloseable> open = new ArrayList<>();
    private final Map<TopicPartition, Task> tasks = new TreeMap<>(Inputs.ORDER);
    private final Openings openings = new Openings();
    private final LeftOpen leftOpen;
    private final PartitionCounts counts;
    private final Map<TopicPartition, TaskHaltedException> halted = new TreeMap<>(Inputs.ORDER);
    private final Map<TopicPartition, TaskHaltedException> toHalt = new TreeMap<>(Inputs.ORDER);
    private final Pauses pauses = new Pauses();
    private final Lifecycle lifecycle;
    private final IncidentLog incidents;
    private final OwnerNotes notes;
    private final Isolation isolation;
    private final Refusals refusals;
    private final SideReader side;
    private final LogReader restorer;
    private final TransactionalWriter writer;
    private final GroupReader group;
    private final SinkDesk desk;
    private final Figures figures;
    private @Nullable Checkpoint checkpoint;
    /** Committed, but not by its sinks: nothing else begins before (R1). */
    private @Nullable Checkpoint settling;
    /** The metadata of a partition that names no checkpoint must do so before a sink holds anything of it. */
    private boolean unnamed;

    private long sequence;
    private boolean failed;
    private boolean works;
    private boolean barred;

    /** @param lifecycle is closed with this */
    Incarnation(
            PipelinePlan plan,
            EngineOptions options,
            String threadName,
            Helm helm,
            Lifecycle lifecycle,
            Heritage heritage) {
        this.plan = plan;
        this.options = options;
        this.ports = lifecycle.listening();
        this.id = uuid(ports.random());
        this.bornAt = ports.clock().instant();
        this.threadName = threadName;
        this.helm = helm;
        this.isolation = heritage.isolation();
        this.refusals = heritage.refusals();
        refusals.begin(ports.clock().instant());
        this.transactionalId = plan.group() + "." + threadName + "." + id;
        this.counts = new PartitionCounts(plan, ports);
        this.leftOpen = new LeftOpen(ports, options.patience(), transactionalId);
        this.lifecycle = opened(lifecycle);
        try {
            this.incidents = opened(new IncidentLog(plan, ports));
            this.notes = opened(new OwnerNotes(plan, options, ports, heritage.life()));
            this.side = opened(new SideReader(plan, opened(ports.log().reader())));
            this.restorer = opened(ports.log().reader());
            this.writer = opened(ports.log().transactionalWriter(transactionalId, options.transactionTimeout()));
            writer.initTransactions();
            this.group = opened(ports.log().joinGroup(plan.group(), plan.inputs(), this));
            this.desk = opened(new SinkDesk(plan, options, ports, id, group, incidents));
            this.figures = new Figures(ports, plan.pipeline().name(), threadName, group::lag);
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

    /** Runs until the stop is requested or ordered, or something fails. */
    void run() {
        try {
            incidents.refresh();
            while (!ports.stop().requested() && !lifecycle.leaves(tasks.values())) {
                helm.requireOneBack(ports.clock().instant());
                step();
            }
            commit();
        } catch (Relieved e) {
            throw e;
        } catch (RuntimeException | Error e) {
            failed = true;
            if (Thrown.isUncleanExit(e)) {
                notes.stand();
            }
            throw e;
        }
    }

    private void step() {
        incidents.writeUnwritten();
        if (incidents.look()) {
            speakUp();
        }
        if (!works && ports.clock().instant().isAfter(bornAt.plus(WORKS_AFTER))) {
            works = true;
            incidents.threadWorks(threadName);
        }
        lifecycle.steer(tasks.values());
        counts.changed().forEach(this::haltGrown);
        balanceBackpressure();
        poll();
        settle();
        haltWhatMust();
        openTasks();
        leftOpen.look();
        letOthersIn();
        betweenCheckpoints();
        for (Task task : List.copyOf(tasks.values())) {
            advance(task);
            if (checkpoint != null
                    && (task.mustCommit() || checkpoint.due(ports.clock().instant()))) {
                commit();
            }
        }
        haltWhatMust();
        if (checkpoint != null && checkpoint.due(ports.clock().instant())) {
            commit();
        }
        lifecycle.tell(situation());
        figures.look(tasks.values());
    }

    private ThreadSituation situation() {
        return new ThreadSituation(
                plan,
                lifecycle.gate(),
                group.groupMetadata().memberId(),
                tasks.values(),
                openings.inputs(),
                halted.keySet(),
                checkpoint != null || settling != null,
                partition -> tasks.containsKey(partition) ? group.position(partition) : side.position(partition),
                lifecycle::restored);
    }

    /** As far as nothing of this thread is in operators, and nothing needs to be alone there. */
    private void letOthersIn() {
        Instant now = ports.clock().instant();
        barred = false;
        if (tasks.values().stream().noneMatch(Task::isAway)) {
            isolation.leave(this);
        }
        if (tasks.values().stream().noneMatch(task -> task.isAlone() && (task.isAway() || task.runnable(now)))) {
            isolation.release(this);
        }
    }

    private boolean isLetIn(Task task) {
        boolean alone = task.isAlone();
        for (Task other : tasks.values()) {
            if (other != task && other.isAway() && (alone || other.isAlone())) {
                return false;
            }
        }
        return alone ? isolation.enterAlone(this) : isolation.enter(this);
    }

    /** Each halt commits, so it waits where sinks have not done so yet (R1). */
    private void haltWhatMust() {
        if (settling == null) {
            Map<TopicPartition, TaskHaltedException> now = new TreeMap<>(Inputs.ORDER);
            now.putAll(toHalt);
            toHalt.clear();
            now.forEach(this::halt);
        }
    }

    private void betweenCheckpoints() {
        if (checkpoint == null && settling == null) {
            desk.look();
            if (unnamed) {
                openCheckpoint();
                commit();
                unnamed = false;
            }
        }
    }

    /** An owner that was slow to learn it is none may have closed what is still so (I7). */
    private void speakUp() {
        halted.forEach((input, reason) -> incidents.halted(taskBehind(input), reason));
        for (Task task : tasks.values()) {
            OperatorFailure stop = task.stoppedBy();
            if (stop != null) {
                incidents.stopped(task, stop, task.currentRecord());
            }
            if (!desk.isEmpty()) {
                incidents.unparked(task.id());
            }
        }
    }

    private void poll() {
        try {
            offer(group.poll(patience()));
            side.poll(tasks, orders);
        } catch (OffsetOutOfRangeException lost) {
            for (TopicPartition partition : lost.partitions()) {
                if (side.skipsLost(partition)) {
                    continue;
                }
                toHalt.put(
                        plan.inputBehind(partition),
                        TaskHaltedException.positionLost(
                                "the log no longer holds the position of %s: records were deleted unread"
                                        .formatted(partition)));
            }
        }
    }

    private void offer(List<ConsumerRecord<byte[], byte[]>> records) {
        TopicPartition input = null;
        Task task = null;
        for (ConsumerRecord<byte[], byte[]> record : records) {
            // Those of one partition come together.
            if (input == null
                    || input.partition() != record.partition()
                    || !input.topic().equals(record.topic())) {
                input = new TopicPartition(record.topic(), record.partition());
                task = tasks.get(input);
            }
            if (task != null) {
                task.offer(record);
            }
        }
    }

    /** How long the next poll may wait for records. */
    private Duration patience() {
        Instant now = ports.clock().instant();
        if (!helm.isWatched()) {
            return SLICE;
        }
        if (openings.isReady(now)
                || (settling == null && tasks.values().stream().anyMatch(task -> task.runnable(now)))) {
            return barred ? SLICE : Duration.ZERO;
        }
        Instant wake = checkpoint == null ? now.plus(options.checkpointInterval()) : checkpoint.dueAt();
        if (settling != null) {
            return settling.nextTry().isAfter(now)
                    ? Duration.between(now, min(settling.nextTry(), wake))
                    : Duration.ZERO;
        }
        if (!openings.isEmpty()) {
            wake = now.plus(OPENING_LOOK);
        }
        for (Task task : tasks.values()) {
            Instant held = task.wakesAt();
            if (held != null && held.isBefore(wake)) {
                wake = held;
            }
            if (task.isAway() && now.plus(SLICE).isBefore(wake)) {
                wake = now.plus(SLICE);
            }
        }
        return wake.isAfter(now) ? Duration.between(now, wake) : Duration.ZERO;
    }

    private static Instant min(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private void balanceBackpressure() {
        Set<TopicPartition> wanted = new HashSet<>();
        tasks.values().stream().filter(task -> !task.wantsInput()).forEach(task -> wanted.add(task.input()));
        wanted.addAll(openings.inputs());
        wanted.addAll(halted.keySet());
        pauses.set(group, wanted);
        side.balance(tasks.values());
    }

    /** One at a time: the restorer reads one changelog. */
    private void openTasks() {
        TaskOpening opening = openings.next(ports.clock().instant());
        if (opening == null) {
            return;
        }
        if (opening.isAtSinks()) {
            // A sink may take its time: no transaction is open meanwhile.
            commit();
        }
        try {
            Task task = opening.step();
            if (task != null) {
                // The open checkpoint was opened without it (R1); what it does goes into the next one.
                commit();
                openings.done(opening.input());
                if (opening.lastWriter() != null) {
                    leftOpen.by(opening.lastWriter(), opening.begunAt());
                }
                unnamed |= !desk.isEmpty() && opening.isUnnamed();
                tasks.put(opening.input(), task);
                group.seek(opening.input(), task.inputPosition().getNextOffset());
                side.add(task);
                incidents.runs(task.id());
                task.closeRepaired(incidents);
                incidents.unparked(task.id());
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
        openings.abandon(opening.input());
        halted.put(opening.input(), reason);
        incidents.halted(opening.task(), reason);
    }

    private void advance(Task task) {
        Instant now = ports.clock().instant();
        if (toHalt.containsKey(task.input())) {
            return;
        }
        if (!helm.isWatched() || settling != null || unnamed) {
            // No operator is called now; but one that is late is interrupted, or nobody would ever be back.
            task.cutLate(now);
            return;
        }
        if (!task.runnable(now)) {
            return;
        }
        if (!isLetIn(task)) {
            barred = true;
            return;
        }
        long before = task.progress();
        try {
            task.advance(helm, now.plus(SLICE), openCheckpoint());
        } catch (TaskHaltedException e) {
            toHalt.put(task.input(), e);
            return;
        } catch (UnreadableLogException e) {
            toHalt.put(task.input(), TaskHaltedException.unreadableLog(e));
            return;
        }
        OperatorFailure stop = task.stoppedBy();
        if (task.progress() > before) {
            // Also where it stops again at once: that is another record, and another incident.
            incidents.resumed(task.id(), "waybill");
        }
        if (stop != null) {
            incidents.stopped(task, stop, task.currentRecord());
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
                    tasks.values(),
                    new SinkRound(desk.sinks(), CheckpointIds.of(id, sequence)));
            checkpoint = open;
        }
        return open;
    }

    private void commit() {
        Checkpoint open = checkpoint;
        if (open != null) {
            Instant begun = ports.clock().instant();
            open.commit();
            figures.committed(Duration.between(begun, ports.clock().instant()), tasks.values());
            checkpoint = null;
            refusals.committed();
            settling = open;
            settle();
        }
    }

    private void settle() {
        Checkpoint committed = settling;
        if (committed != null && committed.settle(incidents)) {
            desk.resolved(committed.prepared());
            settling = null;
            tasks.values().forEach(task -> task.closeRepaired(incidents));
            incidents.threadWorks(threadName);
        }
    }

    /** Where no task is left that it could hold up, whoever owns them now decides from the record. */
    private void leave(Task task) {
        if (settling != null && settling.forget(task)) {
            settling = null;
        }
    }

    private final SideReader.People orders = new SideReader.People() {
        @Override
        public void retry(String incidentId, TopicPartition input, String by) {
            Incarnation.this.retry(incidentId, input, by);
        }

        @Override
        public void decide(String incidentId, DecideInDoubt.Decision decision, String by) {
            incidents.refresh();
            desk.order(incidentId, decision, by);
        }
    };

    private void retry(String incidentId, TopicPartition input, String by) {
        Task task = tasks.get(input);
        if (task == null && !openings.inputs().contains(input) && !halted.containsKey(input)) {
            // Everybody hears an order; only the task's owner may say that it was obeyed.
            return;
        }
        TaskId id = taskBehind(input);
        if (!incidents.concerns(id, incidentId)) {
            // An earlier owner may have opened it after this one looked.
            incidents.refresh();
        }
        if (!incidents.concerns(id, incidentId)) {
            return;
        }
        incidents.resumed(id, by);
        if (task != null) {
            task.resume();
        } else if (halted.remove(input) != null) {
            open(input);
            counts.lookSoon();
        }
    }

    private TaskId taskBehind(TopicPartition input) {
        return plan.stageOf(input).task(input.partition());
    }

    private void open(TopicPartition input) {
        StagePlan stage = plan.stageOf(input);
        TaskId task = stage.task(input.partition());
        Set<TopicPartition> readers = Set.of(input, stage.replaysOf(input.partition()));
        openings.add(new TaskOpening(
                stage,
                input.partition(),
                options,
                ports,
                group,
                restorer,
                desk,
                () -> Guard.of(task, readers, notes, incidents, refusals, options)));
    }

    private void halt(TopicPartition input, TaskHaltedException reason) {
        // What the task did before belongs to the open checkpoint, and its store must still be open then. Where none is
        // open, one is opened: only an owner can commit it, and a former one must not speak of records that the present
        // one has read and deleted.
        openCheckpoint();
        commit();
        Task task = tasks.remove(input);
        if (task != null) {
            leave(task);
            side.remove(task);
            task.close();
        }
        halted.put(input, reason);
        incidents.halted(taskBehind(input), reason);
    }

    @Override
    public void onAssigned(Collection<TopicPartition> partitions) {
        if (partitions.isEmpty()) {
            return;
        }
        // A position must stand before the next fetch; the true one is known when the task is open.
        pauses.add(group, partitions);
        lifecycle.refresh();
        Map<String, TopicDescription> found = ports.log().admin().describe(plan.inputs());
        for (TopicPartition partition : partitions) {
            group.seek(partition, 0);
            TopicDescription input = plan.stageOf(partition).input();
            TopicDescription now = found.get(partition.topic());
            // A topic that grows while we run causes a rebalance: here it is noticed before any record of it runs.
            if (now == null || now.partitions() != input.partitions()) {
                toHalt.put(partition, grown(input));
                counts.lookSoon();
            } else {
                open(partition);
            }
        }
        incidents.refresh();
        notes.refresh();
    }

    /** Those that stay where they are hear of it here. */
    private void haltGrown(TopicDescription input) {
        for (TopicPartition partition : inputPartitions()) {
            if (partition.topic().equals(input.name())) {
                openings.abandon(partition);
                toHalt.put(partition, grown(input));
            }
        }
    }

    private static TaskHaltedException grown(TopicDescription input) {
        return TaskHaltedException.partitionCountChanged(
                "topic '%s' had %d partitions when this process started and has another number now: keys would be torn apart"
                        .formatted(input.name(), input.partitions()));
    }

    @Override
    public void onRevoked(Collection<TopicPartition> partitions) {
        if (failed || drained()) {
            drop(partitions);
        } else {
            undo(partitions);
        }
        // Whoever gets them next reads what was noted up to now.
        notes.flush();
    }

    /** The generation still stands: what is open can be committed with it. Otherwise nothing of it happened. */
    private boolean drained() {
        try {
            commit();
            return true;
        } catch (CommitFailedException fenced) {
            LOG.info("checkpoint fenced while tasks moved away: it is undone and runs again");
            return false;
        }
    }

    /** Tasks that stay have run ahead of the commit record as well: they are taken over anew, by this same life. */
    private void undo(Collection<TopicPartition> gone) {
        if (checkpoint != null) {
            if (!checkpoint.canBeUndone()) {
                throw new IllegalStateException("a life ends with a checkpoint that is prepared and not committed");
            }
            checkpoint = null;
            writer.abort();
            desk.sinks().discard();
        }
        Set<TopicPartition> stay = new TreeSet<>(Inputs.ORDER);
        stay.addAll(tasks.keySet());
        stay.removeAll(Set.copyOf(gone));
        drop(gone);
        drop(stay);
        pauses.add(group, stay);
        stay.forEach(this::open);
    }

    @Override
    public void onLost(Collection<TopicPartition> partitions) {
        if (checkpoint == null) {
            drop(partitions);
        } else {
            undo(partitions);
        }
    }

    private void drop(Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            pauses.forget(partition);
            halted.remove(partition);
            toHalt.remove(partition);
            openings.abandon(partition);
            Task task = tasks.remove(partition);
            if (task != null) {
                leave(task);
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
        all.add(figures::end);
        all.add(() -> {
            isolation.leave(this);
            isolation.release(this);
        });
        all.addAll(open.reversed());
        Closing.all(all);
    }

    private Set<TopicPartition> inputPartitions() {
        Set<TopicPartition> all = new HashSet<>(tasks.keySet());
        all.addAll(openings.inputs());
        return all;
    }
}
