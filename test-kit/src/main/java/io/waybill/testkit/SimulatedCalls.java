package io.waybill.testkit;

import io.waybill.engine.Ports;
import io.waybill.testkit.sim.Simulation;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A simulated thread for each call, on the machine of whoever calls: it dies with it, and what it waits for is simulated
 * time. Nobody is ever interrupted: who is given up goes on, and answers late.
 */
public record SimulatedCalls(Simulation simulation) implements Ports.Calls {

    @Override
    public <A> Runnable begin(String name, Supplier<A> call, Consumer<A> back) {
        String caller = Objects.requireNonNull(simulation.running(), "only a process calls")
                .name();
        simulation.spawn(caller + " calls " + name, () -> {
            back.accept(call.get());
            simulation.changed();
        });
        return () -> {};
    }
}
