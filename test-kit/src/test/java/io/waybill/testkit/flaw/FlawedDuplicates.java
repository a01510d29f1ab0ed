package io.waybill.testkit.flaw;

import io.waybill.engine.DuplicateFilter;
import io.waybill.engine.TaskState;
import io.waybill.format.TrackingId;
import java.time.Duration;

/**
 * Flaws of recognising duplicates.
 *
 * @param longDown whether the pipeline was down before this life: it was for longer than any window
 */
record FlawedDuplicates(FlawedLog log, DuplicateFilter filter, boolean longDown) implements DuplicateFilter {

    private static final Duration DOWN = Duration.ofDays(30);

    @Override
    public Verdict accept(TaskState state, Sighting sighting) {
        long time = time(sighting.logTimeMs());
        Verdict verdict = filter.accept(
                state,
                new Sighting(
                        sighting.messageId(),
                        sighting.payloadHash(),
                        sighting.trackingId(),
                        sighting.topic(),
                        sighting.partition(),
                        sighting.offset(),
                        time));
        if (log.has(Flaw.IDS_NOT_PINNED) && verdict instanceof Verdict.First) {
            filter.release(state, sighting.messageId(), sighting.trackingId(), time);
        }
        return verdict;
    }

    private long time(long logTimeMs) {
        return log.has(Flaw.IDS_EXPIRE_BY_WALL_CLOCK) && longDown ? logTimeMs + DOWN.toMillis() : logTimeMs;
    }

    @Override
    public void release(TaskState state, String messageId, TrackingId holder, long logTimeMs) {
        filter.release(state, messageId, holder, time(logTimeMs));
    }

    @Override
    public void expire(TaskState state, long logTimeMs, int limit) {
        filter.expire(state, time(logTimeMs), limit);
    }
}
