package io.waybill.testkit.sim;

/** The death of a simulated machine, thrown out of a port call of each of its processes, and again out of every later one. */
public final class SimulatedCrash extends Error {

    private static final long serialVersionUID = 1;

    SimulatedCrash(String message) {
        super(message, null, false, false);
    }
}
