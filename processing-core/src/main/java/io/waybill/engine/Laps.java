package io.waybill.engine;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** The time of each operator in one run of a record. For one thread, until the run is over. */
final class Laps {

    private static final int NONE = -1;

    private final InstantSource clock;
    private final int[] calls;
    private final long[] nanos;
    /** How many runs this one stands for. */
    private final int weight;

    private int current = NONE;
    private Instant since = Instant.EPOCH;

    Laps(InstantSource clock, int operators, int weight) {
        this.clock = clock;
        this.calls = new int[operators];
        this.nanos = new long[operators];
        this.weight = weight;
    }

    /** A value comes to an operator. */
    void enter(int operator) {
        calls[operator]++;
        backTo(operator);
    }

    /** The operators behind it are done with what it gave them. */
    void backTo(int operator) {
        Instant now = clock.instant();
        settle(now);
        current = operator;
        since = now;
    }

    void end() {
        if (current != NONE) {
            settle(clock.instant());
            current = NONE;
        }
    }

    private void settle(Instant now) {
        if (current != NONE && now.isAfter(since)) {
            nanos[current] += Duration.between(since, now).toNanos();
        }
    }

    long calls(int operator) {
        return (long) calls[operator] * weight;
    }

    long nanos(int operator) {
        return nanos[operator] * weight;
    }
}
