package io.waybill.engine;

import java.time.Duration;
import java.time.Instant;

/**
 * How fast one thread takes up source records: its part of what all threads may, by the partitions that it has. A
 * generic cell rate algorithm (ITU-T I.371): it keeps the moment at which the next record is due. One thread.
 */
final class RateLimit {

    static final RateLimit NONE = new RateLimit(Double.POSITIVE_INFINITY, 1);

    private static final Duration TOLERANCE = Duration.ofMillis(50);
    private static final double NANOS_OF_SECOND = 1e9;

    private final double nanosOfRecord;
    private final int partitions;
    private int own;
    private Instant due = Instant.EPOCH;

    /** @param perSecond records of all partitions */
    RateLimit(double perSecond, int partitions) {
        this.nanosOfRecord = NANOS_OF_SECOND / perSecond;
        this.partitions = partitions;
    }

    static RateLimit of(PipelinePlan plan) {
        StagePlan first = plan.stages().getFirst();
        return first.feed() instanceof Feed.Source source && source.source().rateLimit() != null
                ? new RateLimit(source.source().rateLimit(), first.input().partitions())
                : NONE;
    }

    boolean isNone() {
        return nanosOfRecord == 0;
    }

    /** @param count of the source's partitions */
    void owns(int count) {
        own = count;
    }

    boolean admits(Instant now) {
        return !now.isBefore(nextAt());
    }

    /** When the next record may be taken up. */
    Instant nextAt() {
        return due.isAfter(Instant.EPOCH) ? due.minus(TOLERANCE) : due;
    }

    /** A record is taken up. */
    void takes(Instant now) {
        if (!isNone()) {
            Instant from = due.isAfter(now) ? due : now;
            due = from.plusNanos((long) (nanosOfRecord * partitions / Math.max(1, own)));
        }
    }
}
