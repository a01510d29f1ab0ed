package io.waybill.testkit.engine;

import io.waybill.engine.Engine;
import io.waybill.pipeline.Pipeline;
import io.waybill.testkit.flaw.Flaw;
import io.waybill.testkit.flaw.FlawedLog;
import io.waybill.testkit.flaw.Watch;
import io.waybill.testkit.log.SimLog;
import io.waybill.testkit.sim.Machine;
import io.waybill.testkit.sim.Simulation;
import io.waybill.testkit.store.SimStores;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/** The processing threads of a history: some share their process, hence their engine, their disk and their death. */
final class Fleet {

    private static final Duration FOR_EVER = Duration.ofDays(1_000);

    private final Simulation simulation;
    private final SimLog log;
    private final RandomGenerator random;
    private final Set<Flaw> flaws;
    private final Watch watch;
    private final Shape shape;
    private final Map<Machine, Engine> engines = new LinkedHashMap<>();
    private final Map<Machine, SimStores> disks = new LinkedHashMap<>();

    Fleet(Simulation simulation, SimLog log, RandomGenerator random, Set<Flaw> flaws, Watch watch, Shape shape) {
        this.shape = shape;
        this.simulation = simulation;
        this.log = log;
        this.random = random;
        this.flaws = flaws;
        this.watch = watch;
    }

    /** Of every machine that was started. */
    Map<Machine, SimStores> disks() {
        return disks;
    }

    /** One to four threads. */
    void start(Pipeline pipeline) {
        int threads = List.of(1, 2, 2, 2, 3, 4).get(random.nextInt(6));
        Machine machine = simulation.machine("machine-1");
        for (int i = 1; i <= threads; i++) {
            if (i > 1 && random.nextInt(4) > 0) {
                machine = simulation.machine("machine-" + i);
            }
            if (engines.putIfAbsent(machine, engine()) == null) {
                Machine process = machine;
                process.onCrash(() -> engines.put(process, engine()));
            }
            SimStores disk = disks.computeIfAbsent(machine, m -> new SimStores(simulation, m));
            supervise(machine, disk, pipeline, "thread-" + i, i % 2 == 0);
        }
    }

    private Engine engine() {
        return shape.narrow() ? SimulatedEngine.narrow(flaws) : SimulatedEngine.engine(flaws);
    }

    /** @param renamed its process has no name of its own: each one calls it differently */
    private void supervise(Machine machine, SimStores disk, Pipeline pipeline, String name, boolean renamed) {
        Duration life = random.nextInt(2) == 0 ? Duration.ofMillis(random.nextLong(100, 60_000)) : FOR_EVER;
        Instant stopsAt = simulation.now().plus(life);
        FlawedLog mine = new FlawedLog(log, SimulatedEngine.TOPICS, flaws, watch);
        AtomicInteger processes = new AtomicInteger();
        simulation.supervise(
                machine,
                name,
                () -> new SimulatedEngine(
                                simulation,
                                mine,
                                disk,
                                pipeline,
                                renamed ? name + "-of-" + processes.incrementAndGet() : name,
                                stopsAt,
                                Objects.requireNonNull(engines.get(machine)))
                        .run());
    }
}
