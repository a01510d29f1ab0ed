package io.waybill.starter.intake;

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
     * Waits for room, in the order of arrival.
     *
     * @throws RequestRefusedException with code {@code INTAKE_BUSY} where there is none in time
     */
    Lease take(long bytes) {
        int wanted = Math.toIntExact(Math.ceilDiv(bytes, UNIT_BYTES));
        try {
            if (units.tryAcquire(wanted, patience.toMillis(), TimeUnit.MILLISECONDS)) {
                return () -> units.release(wanted);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw RequestRefusedException.busy(patience);
    }

    /** Room that was taken; closed once. */
    interface Lease extends AutoCloseable {

        @Override
        void close();
    }
}
