package io.waybill.engine;

/** The one judge of what a team's code throws: a failure of its record, unless the JVM itself is failing. */
final class Thrown {

    private Thrown() {}

    static Throwable byTeam(Throwable thrown) {
        if (thrown instanceof VirtualMachineError failing && !(failing instanceof StackOverflowError)) {
            throw failing;
        }
        return thrown;
    }
}
