package io.waybill.tracking.webhook;

import io.waybill.pipeline.Backoff;
import java.time.Duration;

/**
 * @param timeout of one request, the answer included; 100 ms to 5 min
 * @param attempts after how many it is given up; 1 to 100
 * @param firstRetry the wait before the second attempt; each further one is four times as long, at most {@code longestRetry}
 * @param inFlight how many requests to one target at a time, in each process; 1 to 1,000
 * @param mostPending of one target: beyond that, results stay on the log until some are delivered or given up
 * @param kept how long delivered ones are shown
 */
public record WebhookOptions(
        Duration timeout,
        int attempts,
        Duration firstRetry,
        Duration longestRetry,
        int inFlight,
        int mostPending,
        Duration kept) {

    private static final Duration SHORTEST = Duration.ofMillis(100);

    public WebhookOptions {
        within("timeout", timeout, SHORTEST, Duration.ofMinutes(5));
        within("attempts", attempts, 1, 100);
        within("first-retry", firstRetry, SHORTEST, Backoff.LONGEST);
        within("longest-retry", longestRetry, firstRetry, Backoff.LONGEST);
        within("in-flight", inFlight, 1, 1_000);
        within("most-pending", mostPending, 1, 10_000_000);
        within("kept", kept, Duration.ZERO, Duration.ofDays(366));
    }

    private static <T extends Comparable<T>> void within(String property, T value, T least, T most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(
                    "expected waybill.webhooks.%s from %s to %s, but was %s".formatted(property, least, most, value));
        }
    }
}
