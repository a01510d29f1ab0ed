package io.waybill.pipeline;

import java.time.Duration;

/**
 * How an operator calls another system. Immutable; checked when it is made.
 *
 * @param inFlight how many calls one task has under way at most, 1 to 10,000; at this bound its input waits
 * @param timeout how long one call may take, 1 ms to 1 h: past it the record fails under the operator's policy, and a
 *     late answer reaches nobody
 * @param isOrdered whether records of one key wait for one another
 */
public record CallOptions(int inFlight, Duration timeout, boolean isOrdered) {

    private static final int MOST_IN_FLIGHT = 10_000;
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofHours(1);

    /** 256 calls at once, ten seconds for each, in the order of each key. */
    public static final CallOptions DEFAULTS = new CallOptions(256, Duration.ofSeconds(10), true);

    public CallOptions {
        if (inFlight < 1 || inFlight > MOST_IN_FLIGHT) {
            throw new IllegalArgumentException(
                    "expected inFlight from 1 to %d, but was %d".formatted(MOST_IN_FLIGHT, inFlight));
        }
        if (timeout.compareTo(SHORTEST) < 0 || timeout.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("expected a timeout from 1 ms to 1 hour, but was " + timeout);
        }
    }

    public CallOptions inFlight(int most) {
        return new CallOptions(most, timeout, isOrdered);
    }

    public CallOptions timeout(Duration longest) {
        return new CallOptions(inFlight, longest, isOrdered);
    }

    /**
     * Records of one key overtake one another, in this operator and wherever else in its stage a record has to wait. Refused
     * beside keyed state.
     */
    public CallOptions unordered() {
        return new CallOptions(inFlight, timeout, false);
    }
}
