package io.waybill.deadletters;

import io.waybill.format.TrackingId;
import io.waybill.pipeline.Headers;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads dead letters. Safe for any thread. */
public interface DeadLetters {

    Optional<DeadLetterView> deadLetter(String id);

    /** Newest first. */
    DeadLetterPage deadLetters(DeadLetterFilter filter, @Nullable String cursor, int limit);

    long count(DeadLetterFilter filter);

    /** Unresolved ones by pipeline, operator and error code, most numerous first. */
    List<FailureGroup> groups(DeadLetterFilter filter, int limit);

    /** Oldest first; revision 0 is the original. */
    List<RevisionView> revisions(String id);

    /** One of {@link #revisions}; 0 is the original. */
    Optional<RevisionView> revision(String id, int number);

    /** Oldest first; discards among them. */
    List<ReplayView> replaysOf(String deadLetterId);

    /** Who did what when, people and machine alike, oldest first. */
    List<HistoryEntry> history(String id);

    /** The legal changes stand in {@link DeadLetterLife}. */
    enum Status {
        OPEN,
        /** Holds a revision that was not tried yet. */
        EDITED,
        REPLAY_REQUESTED,
        DISCARD_REQUESTED,
        LET_GO_REQUESTED,
        REPLAYING,
        RESOLVED,
        DISCARDED
    }

    /**
     * Null matches all. {@code text} matches id, tracking id, message id, batch id or label exactly.
     *
     * @param holdsUp only those behind which others of their key wait, as far as that was told
     */
    record DeadLetterFilter(
            @Nullable String pipeline,
            @Nullable String operator,
            @Nullable String errorCode,
            @Nullable Status status,
            @Nullable TrackingId trackingId,
            @Nullable String text,
            boolean holdsUp) {

        public static final DeadLetterFilter ALL = new DeadLetterFilter(null, null, null, null, null, null, false);
    }

    /**
     * @param path of the part, 1-based, joined by dots; empty for the flow's own record
     * @param attempt how often it was replayed
     * @param operator that failed; empty: the source's serde
     * @param revision the newest one; 0 = never edited
     * @param inSequence what comes later of its key waits for what people make of it, while it is open
     * @param behind who waits for it; null where it was not told that anybody does
     */
    record DeadLetterSummary(
            String id,
            TrackingId trackingId,
            String pipeline,
            int pipelineVersion,
            String stage,
            String path,
            @Nullable String label,
            Status status,
            int attempt,
            String operator,
            String errorCode,
            String errorMessage,
            @Nullable String messageId,
            @Nullable String batchId,
            int revision,
            long sizeBytes,
            Instant firstFailedAt,
            Instant lastFailedAt,
            boolean inSequence,
            @Nullable Behind behind) {}

    /**
     * What its task told of those that wait behind the first dead letter of their key: a few seconds after it had changed.
     *
     * @param waiting records, parts, timers and dead letters
     * @param since when the first of them came; null where there is none
     * @param asOf when it was so
     */
    record Behind(int waiting, @Nullable Instant since, Instant asOf) {}

    /**
     * @param entry the split after which it re-enters; empty: the stage's input
     * @param payload of the newest revision
     * @param refusal why the last order was refused; null: it was not
     */
    record DeadLetterView(
            DeadLetterSummary summary,
            String entry,
            String errorType,
            String stackTrace,
            int tries,
            String sourceTopic,
            int sourcePartition,
            long sourceOffset,
            String contentType,
            byte @Nullable [] key,
            Headers headers,
            byte[] payload,
            @Nullable String refusal) {}

    record DeadLetterPage(
            List<DeadLetterSummary> deadLetters, @Nullable String nextCursor) {}

    record FailureGroup(
            String pipeline,
            String operator,
            String errorCode,
            String exampleMessage,
            long count,
            Instant firstSeen,
            Instant lastSeen) {}

    record RevisionView(
            int number, String author, Instant at, @Nullable String reason, byte[] payload) {}

    /** What a person ordered. */
    enum Action {
        REPLAY,
        DISCARD,
        /** Those of its key that wait for it go on; it stays open. */
        LET_GO
    }

    enum ReplayStatus {
        REQUESTED,
        SENT,
        SUCCEEDED,
        FAILED_AGAIN,
        REFUSED
    }

    /** @param detail why it failed again or was refused, or why it could not be sent yet; null: nothing to say */
    record ReplayView(
            String id,
            String deadLetterId,
            int attempt,
            int revision,
            Action action,
            ReplayStatus status,
            String requestedBy,
            Instant requestedAt,
            @Nullable Instant endedAt,
            @Nullable String detail) {}

    /**
     * @param who a person's name; {@code engine} where the machine decided it
     * @param what one clause that follows {@code who}, for example {@code saved revision 2}
     */
    record HistoryEntry(
            Instant at,
            String who,
            String what,
            int attempt,
            @Nullable String detail) {}
}
