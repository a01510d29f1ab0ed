package io.waybill.testkit;

import io.waybill.engine.Ports;
import io.waybill.testkit.sim.Simulation;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Simulated threads at the helm of a processing thread. */
public record SimulatedCrew(Simulation simulation) implements Ports.Crew {

    @Override
    public void start(String member, Runnable body) {
        simulation.spawn(member, body);
    }

    @Override
    public Runnable interrupter() {
        return () -> {};
    }

    @Override
    public void forgetInterruption() {
        // Nobody is ever interrupted: operators of a simulation heed nothing.
    }

    @Override
    public boolean await(Duration time, BooleanSupplier condition) {
        return simulation.await(time, condition);
    }
}
