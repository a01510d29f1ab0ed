package io.waybill.engine;

import io.waybill.log.GroupReader;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.TopicPartition;

/**
 * One life of a processing thread: one group member, one transactional writer, the tasks the group gave it. Whatever
 * goes wrong ends this life, and the next one begins from the commit record: there is no second way to recover.
 */
final class Incarnation implements GroupReader.RebalanceListener, AutoCloseable {

    /** A life that has lasted so long works, also where nothing came that it could commit. */
    private static final Duration WORKS_AFTER = Duration.ofSeconds(30);

    private final PipelinePlan plan;
    private final Ports ports;
    private final Instant bornAt;
    private final LifeName name;
    private final Helm helm;
    private final PartitionCounts counts;
    private final LeftOpen leftOpen;
    private final Connections connections;
    private final Lifecycle lifecycle;
    private final IncidentLog incidents;
    private final ThreadTime time;
    private final Figures figures;
    private final Checkpoints checkpoints;
    private final OwnedTasks tasks;
    private final Handover handover;
    private final Turns turns;
    private final Polling polling;
    private final PollWait wait;
    private final StagedBacklog backlog;
    private boolean works;

    /** @param lifecycle is closed with this */
    Incarnation(
            PipelinePlan plan,
            EngineOptions options,
            String threadName,
            Helm helm,
            Lifecycle lifecycle,
            Heritage heritage) {
        this.plan = plan;
        this.ports = lifecycle.listening();
        this.name = LifeName.of(plan, threadName, uuid(ports.random()));
        this.bornAt = ports.clock().instant();
        this.helm = helm;
        heritage.refusals().begin(bornAt);
        this.counts = new PartitionCounts(plan, ports);
        this.leftOpen = new LeftOpen(ports, options.patience(), name.transactionalId());
        this.connections = Connections.open(plan, options, ports, name, heritage.life(), lifecycle, this);
        this.lifecycle = lifecycle;
        this.incidents = connections.incidents();
        this.time = new ThreadTime(ports.clock());
        this.figures = new Figures(ports, plan.pipeline().name(), threadName, connections.group()::lag, time);
        RateLimit limit = RateLimit.of(plan);
        Map<TopicPartition, Task> open = new TreeMap<>(Inputs.ORDER);
        this.checkpoints = new Checkpoints(
                plan, options, ports, name, connections, heritage.refusals(), figures, time, open.values());
        this.tasks = new OwnedTasks(
                plan, options, ports, connections, heritage.refusals(), checkpoints, leftOpen, limit, open);
        Pauses pauses = new Pauses();
        this.handover = new Handover(plan, ports, connections, checkpoints, tasks, counts, pauses);
        this.turns = new Turns(ports, helm, heritage.isolation(), tasks, checkpoints, incidents, limit);
        this.polling =
                new Polling(plan, connections, new IncidentOrders(plan, connections, tasks, counts), tasks, pauses);
        this.wait = new PollWait(ports, helm, tasks, checkpoints, turns, connections.group()::lag);
        this.backlog = new StagedBacklog(plan, options.maxStagedRows(), connections.group(), ports.clock());
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
            while (!ports.stop().requested() && !lifecycle.leaves(tasks.held())) {
                helm.requireOneBack(ports.clock().instant());
                step();
            }
            checkpoints.commit();
        } catch (Relieved e) {
            throw e;
        } catch (RuntimeException | Error e) {
            handover.fail();
            if (Thrown.isUncleanExit(e)) {
                connections.notes().stand();
            }
            throw e;
        }
    }

    private void step() {
        speak();
        lifecycle.steer(tasks.held());
        backlog.steer(tasks.open(), lifecycle.gate());
        counts.changed().forEach(tasks::mustHaltGrown);
        polling.balance();
        Duration length = wait.next();
        time.turnTo(wait.use(length));
        polling.poll(length);
        time.turnTo(ThreadTime.Use.BUSY);
        checkpoints.settle();
        tasks.haltWhatMust();
        tasks.openNext();
        leftOpen.look();
        turns.letOthersIn();
        checkpoints.between();
        for (Task task : turns.round()) {
            turns.advance(task);
            if (task.mustCommit()) {
                checkpoints.commit();
            }
            checkpoints.commitIfDue();
            if (!checkpoints.isOpen() && tasks.waitForItsEnd()) {
                // They stand still; the others have their turn in the next round.
                break;
            }
        }
        tasks.haltWhatMust();
        checkpoints.commitIfDue();
        lifecycle.tell(situation());
        figures.look(tasks.open());
    }

    private void speak() {
        incidents.writeUnwritten();
        if (incidents.look()) {
            tasks.speakUp();
        }
        if (!works && ports.clock().instant().isAfter(bornAt.plus(WORKS_AFTER))) {
            works = true;
            incidents.threadWorks(name.thread());
        }
    }

    private ThreadSituation situation() {
        return new ThreadSituation(
                plan,
                lifecycle.gate(),
                connections.group().groupMetadata().memberId(),
                tasks.open(),
                tasks.opening(),
                tasks.halted(),
                checkpoints.isOpen()
                        || checkpoints.isSettling()
                        || !tasks.suspended().isEmpty(),
                this::position,
                lifecycle::restored,
                figures.vitals());
    }

    private long position(TopicPartition partition) {
        return tasks.openByInput().containsKey(partition)
                ? connections.group().position(partition)
                : connections.side().position(partition);
    }

    @Override
    public void onAssigned(Collection<TopicPartition> partitions) {
        handover.assigned(partitions);
    }

    @Override
    public void onRevoked(Collection<TopicPartition> partitions) {
        handover.revoked(partitions);
    }

    @Override
    public void onLost(Collection<TopicPartition> partitions) {
        handover.lost(partitions);
    }

    @Override
    public void close() {
        // First the tasks: dropping one still needs the side reader, and a store left open is locked for every other
        // thread.
        Closing.all(
                List.of(checkpoints::abandon, () -> tasks.drop(tasks.alive()), figures::end, turns::end, connections));
    }
}
