package io.waybill.pipeline;

import java.time.Duration;

/**
 * What happens when an operator throws: retries with backoff, then a dead letter or a stop. {@link Poison} is never
 * retried. Immutable. Reads like a sentence: {@code retry(5).exponential(ofMillis(200)).thenDeadLetter()}.
 *
 * @param retries 0 to 1,000
 */
public record FailurePolicy(int retries, Backoff backoff, Then then) {

    private static final Backoff DEFAULT_BACKOFF = Backoff.exponential(Duration.ofMillis(200));

    public FailurePolicy {
        if (retries < 0 || retries > 1_000) {
            throw new IllegalArgumentException("expected 0 to 1000 retries, but was " + retries);
        }
    }

    /** What to do with a record that is not retried any more. */
    public enum Then {
        /** The record becomes a dead letter, the next one is taken up. */
        DEAD_LETTER,
        /**
         * The record becomes a dead letter, and whatever comes later of its key waits behind it, in order, until a person has
         * settled it or let the others go. Other keys go on. A record without a key is a dead letter like any other.
         */
        DEAD_LETTER_IN_SEQUENCE,
        /** The task stops before the record and an incident opens; other tasks go on. */
        STOP
    }

    public static FailurePolicy deadLetter() {
        return new FailurePolicy(0, DEFAULT_BACKOFF, Then.DEAD_LETTER);
    }

    public static FailurePolicy deadLetterInSequence() {
        return new FailurePolicy(0, DEFAULT_BACKOFF, Then.DEAD_LETTER_IN_SEQUENCE);
    }

    public static FailurePolicy stop() {
        return new FailurePolicy(0, DEFAULT_BACKOFF, Then.STOP);
    }

    public static Retry retry(int times) {
        return new Retry(times, DEFAULT_BACKOFF);
    }

    /** Awaits what comes after the last retry. */
    public record Retry(int times, Backoff backoff) {

        public Retry exponential(Duration initial) {
            return new Retry(times, Backoff.exponential(initial));
        }

        public Retry fixed(Duration delay) {
            return new Retry(times, Backoff.fixed(delay));
        }

        public Retry backoff(Backoff other) {
            return new Retry(times, other);
        }

        /** Up to this share of each delay, from 0 to 1, is left out by chance. */
        public Retry jitter(double share) {
            return new Retry(times, backoff.jitter(share));
        }

        public FailurePolicy thenDeadLetter() {
            return new FailurePolicy(times, backoff, Then.DEAD_LETTER);
        }

        public FailurePolicy thenDeadLetterInSequence() {
            return new FailurePolicy(times, backoff, Then.DEAD_LETTER_IN_SEQUENCE);
        }

        public FailurePolicy thenStop() {
            return new FailurePolicy(times, backoff, Then.STOP);
        }
    }
}
