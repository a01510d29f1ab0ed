package io.waybill.pipeline;

import java.time.Duration;

/** How long to wait before a retry. Immutable. */
public record Backoff(Duration initial, double factor, Duration max) {

    public static final Duration LONGEST = Duration.ofDays(1);

    public Backoff {
        if (initial.isNegative() || initial.isZero() || max.compareTo(initial) < 0 || max.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "expected 0 < initial <= max <= 1 day, but initial was %s and max %s".formatted(initial, max));
        }
        if (!(factor >= 1 && factor <= 100)) {
            throw new IllegalArgumentException("expected a factor from 1 to 100, but was " + factor);
        }
    }

    public static Backoff fixed(Duration delay) {
        return new Backoff(delay, 1, delay);
    }

    /** Doubles from {@code initial} up to a minute. */
    public static Backoff exponential(Duration initial) {
        Duration minute = Duration.ofMinutes(1);
        return new Backoff(initial, 2, initial.compareTo(minute) > 0 ? initial : minute);
    }

    /** @param retry 1 for the first retry */
    public Duration delay(int retry) {
        double millis = initial.toMillis() * Math.pow(factor, retry - 1.0);
        return millis >= max.toMillis() ? max : Duration.ofMillis((long) millis);
    }
}
