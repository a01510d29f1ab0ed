package io.waybill.engine;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;

/** What a processing thread does with its time. One thread. */
final class ThreadTime {

    private final InstantSource clock;
    private final Map<Use, Duration> spent = new EnumMap<>(Use.class);
    private Use use = Use.BUSY;
    private Instant since;

    ThreadTime(InstantSource clock) {
        this.clock = clock;
        this.since = clock.instant();
    }

    enum Use {
        BUSY,
        COMMITTING,
        BACKPRESSURED,
        IDLE
    }

    /** From now on. @return what it was until now */
    Use turnTo(Use next) {
        Use before = use;
        if (next != before) {
            settle();
            use = next;
        }
        return before;
    }

    private void settle() {
        Instant now = clock.instant();
        if (now.isAfter(since)) {
            spent.merge(use, Duration.between(since, now), Duration::plus);
        }
        since = now;
    }

    /** Since it was asked last. */
    ThreadFigures drained() {
        settle();
        ThreadFigures figures =
                new ThreadFigures(of(Use.BUSY), of(Use.COMMITTING), of(Use.BACKPRESSURED), of(Use.IDLE));
        spent.clear();
        return figures;
    }

    private Duration of(Use wanted) {
        return spent.getOrDefault(wanted, Duration.ZERO);
    }
}
