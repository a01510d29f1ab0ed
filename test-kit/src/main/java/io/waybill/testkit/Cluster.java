package io.waybill.testkit;

import io.waybill.engine.Engine;
import io.waybill.format.Topics;
import io.waybill.log.LogAdmin.TopicDescription;
import io.waybill.log.LogAdmin.TopicSpec;
import io.waybill.pipeline.Intercepted;
import io.waybill.pipeline.Operator;
import io.waybill.pipeline.Pipeline;
import io.waybill.testkit.log.SimLog;
import io.waybill.testkit.sim.FaultPlan;
import io.waybill.testkit.sim.Simulation;
import io.waybill.testkit.sim.SimulationException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The simulated world of one test, and its time. For the test's thread. */
final class Cluster implements AutoCloseable {

    private static final Topics TOPICS = new Topics("waybill");
    private static final String MAX_BYTES = "max.message.bytes";
    /** Two checkpoints: what is not on the log by then does not come. */
    private static final Duration QUIET = Duration.ofMillis(200);

    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration MOST_RUNNING = Duration.ofHours(1);
    private static final Duration MOST_SETTLING = Duration.ofDays(365);
    private static final Duration MOST_STOPPING = Duration.ofMinutes(1);

    private final Setup setup;
    private final Simulation simulation;
    private final SimLog log;
    private final Instance instance;
    private final Rigging rigging;
    private final Engine engine;
    private final Map<String, Integer> partitions = new HashMap<>();
    private Names names;
    private Engine.Prepared prepared;

    Cluster(Pipeline pipeline, Setup setup) {
        this.setup = setup;
        this.simulation = new Simulation(setup.seed(), FaultPlan.none());
        this.log = new SimLog(simulation);
        this.instance = new Instance(simulation, log);
        this.rigging = new Rigging(this::dieInOperator, this::takeLong);
        this.engine = new Engine(TOPICS, setup.engine());
        this.names = new Names(pipeline, TOPICS);
        this.prepared = prepare(pipeline);
        instance.start(prepared);
    }

    private Engine.Prepared prepare(Pipeline pipeline) {
        String largest = String.valueOf(setup.engine().maxRecordBytes());
        List<TopicSpec> users = new ArrayList<>();
        users.add(new TopicSpec(pipeline.source().topic(), setup.partitions(), Map.of(MAX_BYTES, largest)));
        for (Operator operator : pipeline.operators()) {
            if (operator instanceof Operator.Sink sink) {
                users.add(new TopicSpec(sink.sink().topic(), 1, Map.of()));
            }
        }
        log.admin().create(users);
        Engine.Prepared ready = engine.prepare(Intercepted.pipeline(pipeline, rigging), log);
        List<String> inputs = new Names(pipeline, TOPICS)
                .stages().stream().map(Names.Stage::input).toList();
        for (TopicDescription topic : log.admin().describe(inputs).values()) {
            partitions.put(topic.name(), topic.partitions());
        }
        return ready;
    }

    /** Nobody waits for a call that was given up: the pipeline may be at rest before it returns. */
    private void takeLong(Duration time) {
        simulation.changed();
        boolean unused = simulation.await(time, () -> false);
    }

    private void dieInOperator() {
        instance.crash();
        throw new KilledInOperator();
    }

    /** Null where no record waits for a retry, in a waiting room or where that is full. */
    private @Nullable Instant nextTry(Instant after) {
        Instant held = journal().nextTry(after, instance.startedAt());
        Instant waiting = Backlog.of(journal(), instance::hasOpened, after).nextTry();
        return waiting == null ? held : earlier(waiting, held);
    }

    SimLog log() {
        return log;
    }

    Names names() {
        return names;
    }

    Journal journal() {
        return new Journal(log, this::names, partitions);
    }

    Rigging rigging() {
        return rigging;
    }

    Setup setup() {
        return setup;
    }

    Instant now() {
        return simulation.now();
    }

    boolean isUp() {
        return instance.isUp();
    }

    /** What processes died of by themselves. */
    List<Throwable> deaths() {
        return simulation.deaths();
    }

    Backlog backlog() {
        return Backlog.of(journal(), instance::hasOpened, now());
    }

    void crash() {
        instance.crash();
    }

    void restart() {
        instance.start(prepared.inAnotherProcess());
    }

    void deploy(Pipeline next) {
        prepared = prepare(next);
        names = new Names(next, TOPICS);
    }

    void replaceMachine() {
        instance.replaceMachine();
    }

    void settle() {
        if (!isUp()) {
            throw PipelineTestException.down();
        }
        Instant limit = now().plus(MOST_SETTLING);
        Rest rest = new Rest();
        while (!rest.isReached()) {
            runUntil(rest);
            if (!rest.isReached()) {
                leap(earlier(limit, nextTry(now())));
            }
            if (!now().isBefore(limit)) {
                throw notSettled(null);
            }
        }
    }

    void advance(Duration time) {
        Instant target = now().plus(time);
        while (isUp() && now().isBefore(target)) {
            Rest rest = new Rest();
            runUntil(() -> !now().isBefore(target) || rest.getAsBoolean());
            if (isUp() && now().isBefore(target)) {
                Instant next = earlier(target, backlog().nextTimer());
                leap(rest.isReached() ? next : earlier(next, nextTry(now())));
            }
        }
        leap(target);
        if (isUp()) {
            Instant enough = target.plus(QUIET.multipliedBy(2));
            Rest rest = new Rest();
            runUntil(() -> now().isAfter(enough) || rest.getAsBoolean());
        }
    }

    private static Instant earlier(Instant one, @Nullable Instant other) {
        return other == null || other.isAfter(one) ? one : other;
    }

    /** Nobody has anything to do until then. */
    private void leap(Instant to) {
        if (now().isBefore(to)) {
            boolean unused = simulation.await(Duration.between(now(), to), () -> false);
        }
    }

    private void runUntil(BooleanSupplier end) {
        try {
            simulation.runUntil(end, MOST_RUNNING);
        } catch (SimulationException stuck) {
            throw notSettled(stuck);
        }
    }

    private PipelineTestException notSettled(@Nullable SimulationException stuck) {
        return PipelineTestException.notSettled(backlog().waiting().toString(), setup.seed(), stuck);
    }

    /** Whoever runs ends in good order where that is possible. */
    @Override
    public void close() {
        try {
            if (isUp()) {
                instance.stop();
                simulation.runUntil(() -> !isUp(), MOST_STOPPING);
            }
        } catch (SimulationException stuck) {
            // What keeps it was said before; nobody waits for it now.
        } finally {
            simulation.close();
        }
    }

    /** What the engine takes for a failure of the JVM is no failure of the record. */
    private static final class KilledInOperator extends VirtualMachineError {

        private static final long serialVersionUID = 1;

        KilledInOperator() {
            super("the test killed the instance in an operator");
        }

        /** It is no error that anybody would look for. */
        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    /** Whether nothing more happens by itself, or not before a retry, or the instance is down. Looks now and then. */
    private final class Rest implements BooleanSupplier {

        private Instant nextLook = Instant.MIN;
        private boolean reached;

        @Override
        public boolean getAsBoolean() {
            if (!instance.isUp()) {
                reached = true;
                return true;
            }
            if (now().isBefore(nextLook) || !log.isQuietFor(QUIET)) {
                return false;
            }
            nextLook = now().plus(LOOK);
            reached = backlog().isEmpty();
            return reached || nextTry(now().plus(LOOK)) != null;
        }

        /** False where something waits for a retry. */
        boolean isReached() {
            return reached;
        }
    }
}
