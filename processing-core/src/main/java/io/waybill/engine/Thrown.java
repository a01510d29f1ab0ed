package io.waybill.engine;

/** The one judge of what a team's code throws: a failure of its record, unless the JVM itself is failing. */
final class Thrown {

    private Thrown() {}

    static Throwable byTeam(Throwable thrown) {
        if (thrown instanceof VirtualMachineError failing && isFailingJvm(failing)) {
            throw failing;
        }
        return thrown;
    }

    private static boolean isFailingJvm(Throwable thrown) {
        return thrown instanceof VirtualMachineError && !(thrown instanceof StackOverflowError);
    }

    /** The process may live on, but what it ran might as well have ended it: its notes tell the next owner so. */
    static boolean isUncleanExit(Throwable thrown) {
        return thrown instanceof OperatorsStuckException || isFailingJvm(thrown);
    }
}
