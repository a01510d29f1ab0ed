package io.waybill.deadletters;

import io.waybill.deadletters.DeadLetters.ReplayView;
import io.waybill.deadletters.DeadLetters.RevisionView;
import io.waybill.pipeline.Headers;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where people put dead letters right. Every method is one database transaction; a stale or forbidden request changes
 * nothing and is told who did what when. Safe for any thread.
 */
public interface DeadLetterDesk {

    /**
     * Saves an edit as the next revision; nothing is overwritten.
     *
     * @param basedOn the revision the editor saw; another one having been saved meanwhile is a conflict
     * @param headers null: those of the revision it is based on
     * @throws DeadLetterNotFoundException where there is no such dead letter
     * @throws DeadLetterConflictException where the edit is stale or the dead letter's status forbids it
     * @throws PayloadTooLargeException where the payload is larger than {@code waybill.max-payload-size}
     */
    RevisionView revise(
            String id, int basedOn, byte[] payload, @Nullable Headers headers, String author, @Nullable String reason);

    /**
     * Requests the replay of one revision. Pressed twice, the second request gets the first one's replay.
     *
     * @param revision the revision the person saw
     * @throws DeadLetterNotFoundException where there is no such dead letter
     * @throws DeadLetterConflictException where that revision is not the newest or the status forbids it
     */
    ReplayView replay(String id, int revision, String requestedBy);

    /** As {@link #replay}: the dead letter ends for good, its flow counts it as failed. */
    ReplayView discard(String id, String requestedBy, String reason);

    /**
     * As {@link #replay}: those of its key that wait for it go on, and it stays open, out of their order. A dead letter for
     * which nobody waits takes no such order: its task refuses it.
     */
    ReplayView letGo(String id, String requestedBy, String reason);

    Optional<ReplayView> replayById(String replayId);
}
