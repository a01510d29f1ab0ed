package io.waybill.testkit.engine;

import io.waybill.dedup.DuplicateStore;
import io.waybill.engine.Engine;
import io.waybill.engine.EngineOptions;
import io.waybill.engine.Ports;
import io.waybill.format.Topics;
import io.waybill.pipeline.Pipeline;
import io.waybill.store.LocalStores;
import io.waybill.testkit.SimulatedCalls;
import io.waybill.testkit.SimulatedCrew;
import io.waybill.testkit.flaw.Flaw;
import io.waybill.testkit.flaw.FlawedCalls;
import io.waybill.testkit.flaw.FlawedCrew;
import io.waybill.testkit.flaw.FlawedLog;
import io.waybill.testkit.flaw.FlawedStores;
import io.waybill.testkit.sim.Point;
import io.waybill.testkit.sim.Simulation;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/** Binds one processing thread of the real engine to the simulated ports. Bounds are small, so that histories reach them. */
final class SimulatedEngine implements Runnable {

    static final Topics TOPICS = new Topics("waybill");
    /** So few that most histories write them to the local store several times. */
    private static final int IDS_IN_MEMORY = 3;
    /** So few that they are merged several times. */
    private static final int RUNS_MERGED = 2;

    static final int MAX_WAITING = 12;
    static final int MAX_WAITING_OF_KEY = 5;
    static final int MAX_WAITING_BYTES = 4 * 1024;
    static final int MAX_PARTS = 8;
    static final int OUTCOME_PARTITIONS = 3;
    static final int UNCLEAN_EXITS = 4;
    /** A message of {@link #MAX_PARTS} parts runs in three groups. */
    static final int CAREFUL_RECORDS = 3;
    /** So few that histories reach it. */
    static final int MAX_STAGED_ROWS = 12;
    /** As much as one part may have. */
    private static final int MAX_SPLIT_BYTES = 16 * 1024;

    /** Less than eight parts take until they run, and than four do. */
    private static final int NARROW = 1024;

    private final Simulation simulation;
    private final FlawedLog log;
    private final LocalStores stores;
    private final Pipeline pipeline;
    private final String name;
    private final Instant stopsAt;
    private final Engine engine;

    /**
     * @param stopsAt when it is asked to stop; a supervisor starts the next one
     * @param engine of the process: threads of one machine share it
     */
    SimulatedEngine(
            Simulation simulation,
            FlawedLog log,
            LocalStores stores,
            Pipeline pipeline,
            String name,
            Instant stopsAt,
            Engine engine) {
        this.engine = engine;
        this.simulation = simulation;
        this.log = log;
        this.stores = stores;
        this.pipeline = pipeline;
        this.name = name;
        this.stopsAt = stopsAt;
    }

    @Override
    public void run() {
        Ports ports = new Ports(
                log,
                new FlawedStores(log, stores),
                log.clock(simulation.clock()),
                simulation.random(),
                new Stop(),
                log.duplicates(DuplicateStore.withMemoryFor(IDS_IN_MEMORY, RUNS_MERGED)),
                (point, subject) -> simulation.run(Point.probe(point.name()), () -> {}),
                new FlawedCrew(log, new SimulatedCrew(simulation)),
                new FlawedCalls(log, new SimulatedCalls(simulation)));
        engine.prepare(pipeline, log).thread(ports, name).run();
    }

    static Engine engine(Set<Flaw> flaws) {
        return new Engine(TOPICS, options(flaws));
    }

    /** Its checkpoints are as small as may be. */
    static Engine narrow(Set<Flaw> flaws) {
        return new Engine(TOPICS, options(flaws).withMaxSplit(MAX_PARTS, MAX_SPLIT_BYTES, NARROW));
    }

    /** It takes splits of many parts, through checkpoints of eight kilobytes. */
    static Engine ofLargeSplits(int parts) {
        return new Engine(TOPICS, options(Set.of()).withMaxSplit(parts, 1024 * 1024, 8 * 1024));
    }

    private static EngineOptions options(Set<Flaw> flaws) {
        return new EngineOptions(
                Duration.ofMillis(100),
                Duration.ofSeconds(20),
                flaws.contains(Flaw.FORCE_WITHOUT_PATIENCE) ? Duration.ofMillis(100) : Duration.ofSeconds(3),
                Slowness.DEADLINE,
                16 * 1024,
                MAX_PARTS,
                64 * 1024,
                8 * 1024,
                5,
                OUTCOME_PARTITIONS,
                1,
                false,
                Duration.ofSeconds(2),
                UNCLEAN_EXITS,
                CAREFUL_RECORDS,
                MAX_WAITING,
                flaws.contains(Flaw.OVERFLOW_TOO_EARLY) ? 1 : MAX_WAITING_OF_KEY,
                MAX_WAITING_BYTES,
                MAX_STAGED_ROWS,
                MAX_SPLIT_BYTES);
    }

    private final class Stop implements Ports.StopSignal {

        private final boolean stops = simulation.now().isBefore(stopsAt);

        @Override
        public boolean requested() {
            simulation.checkAlive();
            return stops && !simulation.now().isBefore(stopsAt);
        }

        @Override
        public boolean await(Duration time) {
            Duration left = Duration.between(simulation.now(), stopsAt);
            return simulation.await(stops && left.compareTo(time) < 0 ? left : time, this::isPast);
        }

        private boolean isPast() {
            return stops && !simulation.now().isBefore(stopsAt);
        }
    }
}
