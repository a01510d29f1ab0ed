package io.waybill.testkit.sim;

import org.jspecify.annotations.Nullable;

/** A history that cannot go on or does not end. The code is stable. */
public final class SimulationException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private SimulationException(String message) {
        this(message, null);
    }

    private SimulationException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    static SimulationException broken(Throwable cause) {
        return new SimulationException(
                "SIMULATION_BROKEN: expected a decision who is next, but an event or a condition failed", cause);
    }

    static SimulationException deadlocked(String processes) {
        return new SimulationException("SIMULATION_DEADLOCK: expected a process that can go on, but was " + processes);
    }

    static SimulationException endless(String limit, String processes) {
        return new SimulationException(
                "SIMULATION_ENDLESS: expected an end within " + limit + ", but was " + processes);
    }

    static SimulationException blocked(String process, String stack) {
        return new SimulationException("SIMULATION_BLOCKED: expected all waiting inside port calls, but process "
                + process + " blocks at\n" + stack);
    }

    static SimulationException undead(String process, String stack) {
        return new SimulationException("SIMULATION_UNDEAD: expected process " + process
                + " to end when its port calls throw SimulatedCrash, but it goes on at\n" + stack);
    }
}
