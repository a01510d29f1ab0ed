package io.waybill.starter.engine;

import io.waybill.engine.Ports;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A stop signal for real threads. */
final class LatchStopSignal implements Ports.StopSignal {

    private final CountDownLatch requested = new CountDownLatch(1);

    void request() {
        requested.countDown();
    }

    @Override
    public boolean requested() {
        return requested.getCount() == 0;
    }

    @Override
    public boolean await(Duration time) {
        try {
            return requested.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
