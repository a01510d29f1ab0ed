package io.waybill.crash.process;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for a condition of another process, which can only be asked again. */
public final class Await {

    private static final Duration BETWEEN = Duration.ofMillis(50);

    private Await() {}

    /** @throws AssertionError where it does not hold in time */
    public static void until(String what, Duration limit, Callable<Boolean> condition) {
        if (!holdsWithin(limit, condition)) {
            throw new AssertionError("expected within " + limit.toSeconds() + " s that " + what);
        }
    }

    public static boolean holdsWithin(Duration limit, Callable<Boolean> condition) {
        long end = System.nanoTime() + limit.toNanos();
        while (!holds(condition)) {
            if (System.nanoTime() > end) {
                return false;
            }
            LockSupport.parkNanos(BETWEEN.toNanos());
        }
        return true;
    }

    private static boolean holds(Callable<Boolean> condition) {
        try {
            return condition.call();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
