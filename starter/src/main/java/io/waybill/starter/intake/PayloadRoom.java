package io.waybill.starter.intake;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Bounds the payloads that requests hold in memory together. Safe for any thread. */
final class PayloadRoom {

    private static final int UNIT_BYTES = 1024;

    private final Semaphore units;
    private final Duration patience;

    PayloadRoom(long bytes, Duration patience) {
        this.units = new Semaphore(Math.toIntExact(bytes / UNIT_BYTES), true);
        this.patience = patience;
    }

    /**
     * Does the work once there is room, in the order of arrival.
     *
     * @throws RequestRefusedException with code {@code INTAKE_BUSY} where there is none in time
     */
    <T> T holding(long bytes, Work<T> work) throws IOException {
        int wanted = Math.toIntExact(Math.ceilDiv(bytes, UNIT_BYTES));
        take(wanted);
        try {
            return work.run();
        } finally {
            units.release(wanted);
        }
    }

    private void take(int wanted) {
        try {
            if (units.tryAcquire(wanted, patience.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw RequestRefusedException.busy(patience);
    }

    /** Reads a payload and hands it over. */
    interface Work<T> {
        T run() throws IOException;
    }
}
