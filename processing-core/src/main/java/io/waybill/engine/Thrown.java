package io.waybill.engine;

import org.jspecify.annotations.Nullable;

/** The one judge of what a team's code throws: a failure of its record, unless the JVM itself is failing. */
final class Thrown {

    private Thrown() {}

    static Throwable byTeam(Throwable thrown) {
        if (thrown instanceof VirtualMachineError failing && isFailingJvm(failing)) {
            throw failing;
        }
        return thrown;
    }

    /** The process may live on, but what ran might as well have ended it. */
    static boolean isFailingJvm(@Nullable Throwable thrown) {
        return thrown instanceof VirtualMachineError && !(thrown instanceof StackOverflowError);
    }
}
