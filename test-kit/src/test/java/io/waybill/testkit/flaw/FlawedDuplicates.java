package io.waybill.testkit.flaw;

import io.waybill.engine.DuplicateFilter;
import io.waybill.engine.TaskState;
import io.waybill.format.TrackingId;
import io.waybill.format.v1.CheckpointId;
import io.waybill.store.LocalStore;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Flaws of recognising duplicates.
 *
 * @param claimed what a flaw says of how far the store covers the ids topic
 * @param longDown whether the pipeline was down before this life: it was for longer than any window
 */
record FlawedDuplicates(
        FlawedLog log,
        DuplicateFilter filter,
        boolean longDown,
        @Nullable Long claimed) implements DuplicateFilter {

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
        if (log.has(Flaw.COPIES_CONTINUE)
                && verdict instanceof Verdict.Duplicate duplicate
                && duplicate.first().equals(sighting.trackingId())) {
            return new Verdict.First();
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
    public List<byte[]> drain(List<LocalStore.Change> ids, TaskState state, CheckpointId checkpoint, long logTimeMs) {
        return filter.drain(ids, state, checkpoint, time(logTimeMs));
    }

    @Override
    public void committed(long nextOffset, long logTimeMs) {
        filter.committed(nextOffset, time(logTimeMs));
    }

    @Override
    public void restored(byte[] block, String name, long nextOffset, long logTimeMs) {
        filter.restored(block, name, nextOffset, time(logTimeMs));
    }

    @Override
    public boolean endsWith(byte[] block, String name) {
        return claimed != null || filter.endsWith(block, name);
    }

    @Override
    public long coveredUpTo() {
        long covered = filter.coveredUpTo();
        if (claimed == null) {
            return covered;
        }
        return log.has(Flaw.LOST_RECORDS_UNNOTICED) ? Math.min(covered, claimed) : Math.max(covered, claimed);
    }

    @Override
    public @Nullable Long deletable() {
        return filter.deletable();
    }
}
