package io.waybill.crew;

import io.waybill.engine.Ports;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Real threads at the helm. Daemons: an operator that never returns must not keep the process alive. */
public final class ThreadCrew implements Ports.Crew {

    private static final long LOOK_MS = 25;

    @Override
    public void start(String name, Runnable member) {
        Thread.ofPlatform().daemon().name("waybill-" + name).start(member);
    }

    @Override
    public boolean await(Duration time, BooleanSupplier condition) {
        long deadline = System.nanoTime() + time.toNanos();
        while (!condition.getAsBoolean()) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            pause(Math.min(LOOK_MS, 1 + left / 1_000_000));
        }
        return true;
    }

    @Override
    public Runnable interrupter() {
        return Thread.currentThread()::interrupt;
    }

    @Override
    public void forgetInterruption() {
        boolean unused = Thread.interrupted();
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException stale) {
            // Meant for an operator that this thread has left since.
        }
    }
}
