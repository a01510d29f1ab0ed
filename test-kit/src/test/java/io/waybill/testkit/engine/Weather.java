package io.waybill.testkit.engine;

import io.waybill.testkit.log.SimLog;
import io.waybill.testkit.sim.Machine;
import io.waybill.testkit.sim.Simulation;
import java.time.Duration;
import java.util.Set;
import java.util.random.RandomGenerator;

/** What befalls a whole cluster in some histories, besides the faults at single calls. */
final class Weather {

    private static final int EARLY_PASSES = 10;

    private final Simulation simulation;
    private final SimLog log;
    private final RandomGenerator random;

    Weather(Simulation simulation, SimLog log, RandomGenerator random) {
        this.simulation = simulation;
        this.log = log;
        this.random = random;
    }

    /**
     * All machines die at some moment and are away for hours, while senders and people go on; timers fall due.
     *
     * @return by how much the history may take longer
     */
    Duration longStop(Set<Machine> machines) {
        Duration moment = Duration.ofMillis(random.nextInt(60_000));
        Duration hours = Duration.ofMinutes(random.nextInt(30, random.nextInt(4) == 0 ? 40 * 60 : 120));
        simulation.start("long stop", () -> {
            simulation.await(moment, () -> false);
            simulation.holdRestarts(hours);
            machines.forEach(simulation::crash);
        });
        return hours;
    }

    /** The log cleaner passes over the changelogs now and then. */
    void compaction() {
        simulation.start("cleaner", () -> {
            for (int pass = 0; true; pass++) {
                Duration pause =
                        pass < EARLY_PASSES ? Duration.ofMillis(random.nextInt(1_000, 30_000)) : Duration.ofHours(1);
                simulation.await(pause, () -> false);
                log.compact(".changelog", random);
            }
        });
    }
}
