package io.waybill.pipeline;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before a retry. Immutable.
 *
 * @param jitter from 0 to 1: up to that share of a delay is left out by chance, so that what failed together does not come
 *     back together
 */
public record Backoff(Duration initial, double factor, Duration max, double jitter) {

    public static final Duration LONGEST = Duration.ofDays(1);

    public Backoff {
        if (initial.isNegative() || initial.isZero() || max.compareTo(initial) < 0 || max.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "expected 0 < initial <= max <= 1 day, but initial was %s and max %s".formatted(initial, max));
        }
        if (!(factor >= 1 && factor <= 100)) {
            throw new IllegalArgumentException("expected a factor from 1 to 100, but was " + factor);
        }
        if (!(jitter >= 0 && jitter <= 1)) {
            throw new IllegalArgumentException("expected a jitter from 0 to 1, but was " + jitter);
        }
    }

    /** Without jitter. */
    public Backoff(Duration initial, double factor, Duration max) {
        this(initial, factor, max, 0);
    }

    public static Backoff fixed(Duration delay) {
        return new Backoff(delay, 1, delay);
    }

    /** Doubles from {@code initial} up to a minute. */
    public static Backoff exponential(Duration initial) {
        Duration minute = Duration.ofMinutes(1);
        return new Backoff(initial, 2, initial.compareTo(minute) > 0 ? initial : minute);
    }

    public Backoff jitter(double share) {
        return new Backoff(initial, factor, max, share);
    }

    /**
     * What it is at most.
     *
     * @param retry 1 for the first retry
     */
    public Duration delay(int retry) {
        double millis = initial.toMillis() * Math.pow(factor, retry - 1.0);
        return millis >= max.toMillis() ? max : Duration.ofMillis((long) millis);
    }

    /** @param retry 1 for the first retry */
    public Duration delay(int retry, RandomGenerator random) {
        Duration longest = delay(retry);
        return jitter == 0
                ? longest
                : Duration.ofMillis((long) (longest.toMillis() * (1 - jitter * random.nextDouble())));
    }
}
