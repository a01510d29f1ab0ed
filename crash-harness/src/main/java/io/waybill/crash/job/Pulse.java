package io.waybill.crash.job;

import io.waybill.crash.process.Parent;
import io.waybill.crash.process.Word;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Tells the harness that this process works, a few times a second at most. Safe for any thread. */
public final class Pulse {

    private static final long BETWEEN_NANOS = Duration.ofMillis(200).toNanos();

    private final AtomicLong count = new AtomicLong();
    private final AtomicLong toldAt = new AtomicLong(System.nanoTime() - BETWEEN_NANOS);

    public void tell() {
        long now = System.nanoTime();
        long last = toldAt.get();
        long counted = count.incrementAndGet();
        if (now - last >= BETWEEN_NANOS && toldAt.compareAndSet(last, now)) {
            Parent.tell(Word.WORKS, counted);
        }
    }
}
