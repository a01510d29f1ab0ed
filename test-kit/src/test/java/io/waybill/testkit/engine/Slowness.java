package io.waybill.testkit.engine;

import io.waybill.testkit.sim.Simulation;
import java.time.Duration;

/** Items that take long: {@code slow} ones return in time, {@code stuck} ones past their deadline, whoever interrupts. */
final class Slowness {

    static final Duration DEADLINE = Duration.ofSeconds(1);
    private static final Duration SLOW = Duration.ofMillis(500);
    private static final Duration STUCK = Duration.ofSeconds(2);

    private final Simulation simulation;

    Slowness(Simulation simulation) {
        this.simulation = simulation;
    }

    void of(String item) {
        switch (Counting.kindOf(item)) {
            case "slow" -> take(SLOW);
            case "stuck" -> take(STUCK);
            default -> {
                // Takes no time.
            }
        }
    }

    private void take(Duration time) {
        // Whoever watches the thread may look now.
        simulation.changed();
        simulation.await(time, () -> false);
    }
}
