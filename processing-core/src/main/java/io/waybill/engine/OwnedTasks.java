package io.waybill.engine;

import io.waybill.format.UnreadableLogException;
import io.waybill.log.LogAdmin.TopicDescription;
import io.waybill.store.LocalStores.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tasks of the partitions that the group gave to one life: each is being opened, or open, or halted. One that must
 * halt does so where a checkpoint can be committed. One thread.
 */
final class OwnedTasks {

    private static final Logger LOG = LoggerFactory.getLogger(OwnedTasks.class);

    /** Of one round of the thread. */
    private static final Duration SHARE = Duration.ofMillis(200);

    /** Whoever stood still for longer since it committed may be an owner no more, and commits again. */
    private static final Duration OWNER_FOR = Duration.ofSeconds(10);

    private final PipelinePlan plan;
    private final EngineOptions options;
    private final Ports ports;
    private final Connections connections;
    private final IncidentLog incidents;
    private final OverdueIncidents overdue;
    private final Refusals refusals;
    private final Checkpoints checkpoints;
    private final LeftOpen leftOpen;
    private final RateLimit limit;
    private final Map<TopicPartition, Task> open;
    private final Map<TopicPartition, Task> suspended = new TreeMap<>(Inputs.ORDER);
    private final Openings openings = new Openings();
    private final Map<TopicPartition, TaskHaltedException> halted = new TreeMap<>(Inputs.ORDER);
    private final NavigableMap<TopicPartition, TaskHaltedException> toHalt = new TreeMap<>(Inputs.ORDER);

    /** @param open to be filled by this, and read by the checkpoints */
    OwnedTasks(
            PipelinePlan plan,
            EngineOptions options,
            Ports ports,
            Connections connections,
            Refusals refusals,
            Checkpoints checkpoints,
            LeftOpen leftOpen,
            RateLimit limit,
            Map<TopicPartition, Task> open) {
        this.plan = plan;
        this.options = options;
        this.ports = ports;
        this.connections = connections;
        this.incidents = connections.incidents();
        this.overdue = new OverdueIncidents(plan, ports.clock(), incidents);
        this.refusals = refusals;
        this.checkpoints = checkpoints;
        this.leftOpen = leftOpen;
        this.limit = limit;
        this.open = open;
    }

    Collection<Task> open() {
        return open.values();
    }

    /** Those that are open, and those that stand still: calls of theirs may be under way. */
    List<Task> held() {
        List<Task> held = new ArrayList<>(open.values());
        held.addAll(suspended.values());
        return held;
    }

    /** By their inputs. */
    Map<TopicPartition, Task> openByInput() {
        return open;
    }

    /** Inputs of those that are being taken over. */
    Set<TopicPartition> opening() {
        return openings.inputs();
    }

    /** Whether one of them can be stepped at once. */
    boolean isOpeningReady(Instant now) {
        return openings.isReady(now);
    }

    /** Inputs of those that must not run. */
    Set<TopicPartition> halted() {
        return halted.keySet();
    }

    /** Inputs of those that may still do something. */
    Set<TopicPartition> alive() {
        Set<TopicPartition> alive = new HashSet<>(open.keySet());
        alive.addAll(openings.inputs());
        alive.addAll(suspended());
        return alive;
    }

    boolean owns(TopicPartition input) {
        return open.containsKey(input) || openings.inputs().contains(input) || halted.containsKey(input);
    }

    /** Begins to take the task over. */
    void take(TopicPartition input) {
        StagePlan stage = plan.stageOf(input);
        TaskId task = stage.task(input.partition());
        Set<TopicPartition> readers = Set.of(input, stage.replaysOf(input.partition()));
        openings.add(new TaskOpening(
                stage,
                input.partition(),
                options,
                ports,
                connections.group(),
                connections.restorer(),
                connections.desk(),
                connections.alarm(),
                () -> {
                    incidents.requireAnswered(task);
                    return Guard.of(task, readers, connections.notes(), incidents, refusals, options);
                }));
    }

    /**
     * Some steps of those that are being opened, one after another where they read their logs: there is one restorer. Those
     * whose next step has its place between two checkpoints take it together: when the open one has ended, or now where
     * nothing else is to be done.
     */
    void openNext() {
        boolean goesOn = stepInside();
        List<TaskOpening> between = openings.between(ports.clock().instant());
        if (!goesOn && !between.isEmpty()) {
            checkpoints.commit();
        }
        if (!checkpoints.isOpen()) {
            between.forEach(this::step);
        }
    }

    /** What is not open stands still, so it has about as much time as what is. @return whether one has more to do */
    private boolean stepInside() {
        Instant now = ports.clock().instant();
        Instant end = now.plus(SHARE);
        TaskOpening inside = openings.inside(now);
        while (inside != null && now.isBefore(end)) {
            step(inside);
            if (inside.isHeldUp()) {
                return true;
            }
            now = ports.clock().instant();
            inside = openings.inside(now);
        }
        return inside != null;
    }

    /** Whether some are waiting for the open checkpoint to end. */
    boolean waitForItsEnd() {
        return !openings.between(ports.clock().instant()).isEmpty();
    }

    private void step(TaskOpening opening) {
        try {
            Task task = opening.step();
            if (task != null) {
                opened(opening, task);
            }
        } catch (TaskHaltedException e) {
            haltOpening(opening, e);
        } catch (UnreadableLogException e) {
            haltOpening(opening, TaskHaltedException.unreadableLog(e));
        }
    }

    private void opened(TaskOpening opening, Task task) {
        openings.done(opening.input());
        if (opening.lastWriter() != null) {
            leftOpen.by(opening.lastWriter(), opening.begunAt());
        }
        // What a sink holds must be named by then; what Kafka forgot while all was idle is evidence again (R9).
        if (opening.isForgotten() || (opening.isUnnamed() && !connections.desk().isEmpty())) {
            checkpoints.nameSoon();
        }
        task.pacedBy(limit);
        runs(opening.input(), task);
        incidents.runs(task.id());
        task.closeRepaired(incidents);
        incidents.unparked(task.id());
        LOG.info("task {} runs from offset {}", task.id(), task.inputPosition().getNextOffset());
    }

    private void runs(TopicPartition input, Task task) {
        open.put(input, task);
        connections.group().seek(input, task.nextToRead());
        connections.side().add(task);
    }

    private void haltOpening(TaskOpening opening, TaskHaltedException reason) {
        openings.abandon(opening.input());
        haltedFor(opening.input(), reason);
    }

    /** From now on it runs nothing. */
    void mustHalt(TopicPartition input, TaskHaltedException reason) {
        toHalt.put(input, reason);
    }

    boolean isToHalt(TopicPartition input) {
        return toHalt.containsKey(input);
    }

    /** The tasks of this input, those that are being opened too. */
    void mustHaltGrown(TopicDescription input) {
        for (TopicPartition partition : alive()) {
            if (partition.topic().equals(input.name())) {
                openings.abandon(partition);
                mustHalt(partition, PartitionCounts.grown(input));
            }
        }
    }

    /** Each halt commits, so it waits where sinks have not done so yet (R1): those of the halt before as well. */
    void haltWhatMust() {
        while (!checkpoints.isSettling() && !toHalt.isEmpty()) {
            Map.Entry<TopicPartition, TaskHaltedException> next = toHalt.pollFirstEntry();
            halt(next.getKey(), next.getValue());
        }
    }

    private void halt(TopicPartition input, TaskHaltedException reason) {
        // What the task did before belongs to the open checkpoint, and its store must still be open then. Where none is
        // open, one is opened: only an owner can commit it, and a former one must not speak of records that the present
        // one has read and deleted.
        checkpoints.begun();
        checkpoints.commit();
        close(input);
        haltedFor(input, reason);
    }

    private void haltedFor(TopicPartition input, TaskHaltedException reason) {
        halted.put(input, reason);
        incidents.halted(plan.taskBehind(input), reason);
    }

    /** What stopped the task, or halted it, may be gone. @return whether it was halted and is taken over anew */
    boolean tryAgain(TopicPartition input) {
        Task task = open.get(input);
        if (task != null) {
            task.resume();
            return false;
        }
        if (halted.remove(input) == null) {
            return false;
        }
        take(input);
        return true;
    }

    /** An owner that was slow to learn it is none may have closed what is still so (I7). */
    void speakUp() {
        halted.forEach((input, reason) -> incidents.halted(plan.taskBehind(input), reason));
        for (Task task : open()) {
            OperatorFailure stop = task.stoppedBy();
            if (stop != null) {
                incidents.stopped(task, stop, task.currentRecord());
            }
            task.tellOfTarget(incidents);
            task.tellOfCalls(incidents);
            if (!connections.desk().isEmpty()) {
                incidents.unparked(task.id());
            }
            if (incidents.isHalted(task.id())) {
                answerHalt(task);
            }
        }
        tellOfDeadlines();
    }

    private void tellOfDeadlines() {
        List<Task> untold = open().stream()
                .filter(task -> !overdue.isTold(task.id(), task.late()))
                .toList();
        if (!untold.isEmpty() && !checkpoints.isSettling()) {
            // Only an owner can commit: a former one would speak of flows that have their results.
            Instant latest = ports.clock().instant().plus(OWNER_FOR);
            checkpoints.begun();
            checkpoints.commit();
            if (ports.clock().instant().isBefore(latest)) {
                untold.forEach(task -> overdue.say(task.id(), task.late()));
            }
        }
    }

    /** Somebody who owned the task before says only now that it is halted. */
    private void answerHalt(Task task) {
        try {
            incidents.requireAnswered(task.id());
        } catch (TaskHaltedException unanswered) {
            mustHalt(task.input(), unanswered);
            return;
        }
        if (!checkpoints.isSettling()) {
            // Only an owner can commit: a former one that took itself for the present one would contradict it.
            checkpoints.begun();
            checkpoints.commit();
            incidents.runs(task.id());
        }
    }

    /**
     * They stand still until each is resumed or dropped: what is known of them, their stores and their rights at sinks
     * stay as they are. Those that must halt, or whose operator is away, are dropped.
     */
    void suspend(Collection<TopicPartition> inputs) {
        List<TopicPartition> others = new ArrayList<>();
        for (TopicPartition input : inputs) {
            Task task = open.get(input);
            if (task != null && !isToHalt(input) && !task.isAway()) {
                suspended.put(input, task);
                open.remove(input);
                connections.side().remove(task);
            } else if (openings.inputs().contains(input) && !isToHalt(input)) {
                openings.suspend(input);
            } else {
                others.add(input);
            }
        }
        drop(others);
    }

    /** Inputs of those that stand still. */
    Set<TopicPartition> suspended() {
        Set<TopicPartition> inputs = new TreeSet<>(Inputs.ORDER);
        inputs.addAll(suspended.keySet());
        inputs.addAll(openings.suspended());
        return inputs;
    }

    /** It goes on where it stood; nobody else had it in between. */
    void resume(TopicPartition input) {
        openings.resume(input);
        Task task = suspended.remove(input);
        if (task != null) {
            runs(input, task);
        }
    }

    /** They are somebody else's, or nobody's. */
    void drop(Collection<TopicPartition> inputs) {
        List<AutoCloseable> left = new ArrayList<>();
        for (TopicPartition input : inputs) {
            halted.remove(input);
            toHalt.remove(input);
            left.add(() -> openings.abandon(input));
            left.add(() -> close(input));
        }
        // A store that cannot be closed keeps its lock; it must not be that of others.
        Closing.all(left);
    }

    private void close(TopicPartition input) {
        Task still = suspended.remove(input);
        Task task = still == null ? open.remove(input) : still;
        if (task != null) {
            checkpoints.forget(task);
            connections.side().remove(task);
            task.close();
        }
    }
}
