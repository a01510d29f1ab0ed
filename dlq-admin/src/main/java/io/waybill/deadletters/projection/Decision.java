package io.waybill.deadletters.projection;

import io.waybill.deadletters.DeadLetterLife.Event;
import io.waybill.deadletters.DeadLetters.Action;
import io.waybill.deadletters.DeadLetters.ReplayStatus;
import io.waybill.deadletters.projection.EnginePosition.State;
import io.waybill.format.v1.DeadLetterEvent;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one event of the log says.
 *
 * @param proves how far the engine is at least; null where a refusal names no row, which proves nothing
 * @param replayId the order it answers; empty for the first capture
 * @param revision the revision it concerns; 0 = the original
 * @param outcome what it means for that order
 * @param detail for people; may be empty
 */
record Decision(
        Event event,
        @Nullable EnginePosition proves,
        String replayId,
        int revision,
        Action action,
        Outcome outcome,
        String detail) {

    /** What became of an order, by rising rank: the greatest wins, whatever comes first. */
    enum Outcome {
        SUPERSEDED(ReplayStatus.REFUSED),
        REFUSED(ReplayStatus.REFUSED),
        ACCEPTED(ReplayStatus.SENT),
        FAILED_AGAIN(ReplayStatus.FAILED_AGAIN),
        SUCCEEDED(ReplayStatus.SUCCEEDED);

        private final ReplayStatus status;

        Outcome(ReplayStatus status) {
            this.status = status;
        }

        ReplayStatus status() {
            return status;
        }

        /** {@code replay_outcome.rank}. */
        int rank() {
            return switch (this) {
                case SUPERSEDED -> 0;
                case REFUSED -> 1;
                case ACCEPTED -> 2;
                case FAILED_AGAIN, SUCCEEDED -> 3;
            };
        }

        boolean ended() {
            return this != ACCEPTED;
        }
    }

    /** @return empty where it decides nothing, or is of a kind that this version does not know: ignored, by the format's rules */
    static Optional<Decision> of(DeadLetterEvent event) {
        int attempt = event.getAttempt();
        return switch (event.getEventCase()) {
            case CAPTURED -> {
                var captured = event.getCaptured();
                yield Optional.of(new Decision(
                        Event.CAPTURED,
                        new EnginePosition(attempt, State.CAPTURED),
                        captured.getReplayId(),
                        captured.getRevision(),
                        Action.REPLAY,
                        Outcome.FAILED_AGAIN,
                        captured.getErrorCode() + ": " + captured.getErrorMessage()));
            }
            case ACCEPTED -> {
                var accepted = event.getAccepted();
                yield Optional.of(new Decision(
                        Event.ACCEPTED,
                        new EnginePosition(attempt, State.ACCEPTED),
                        accepted.getReplayId(),
                        accepted.getRevision(),
                        Action.REPLAY,
                        Outcome.ACCEPTED,
                        ""));
            }
            case REFUSED -> {
                var refused = event.getRefused();
                int expected = refused.getExpectedAttempt();
                yield Optional.of(new Decision(
                        Event.REFUSED,
                        expected == 0 ? null : new EnginePosition(expected - 1, State.CAPTURED),
                        refused.getReplayId(),
                        0,
                        Action.REPLAY,
                        Outcome.REFUSED,
                        refused.getReason()));
            }
            case RESOLVED -> {
                var resolved = event.getResolved();
                yield Optional.of(new Decision(
                        Event.RESOLVED,
                        new EnginePosition(attempt, State.RESOLVED),
                        resolved.getReplayId(),
                        resolved.getRevision(),
                        Action.REPLAY,
                        Outcome.SUCCEEDED,
                        resolved.getParts() == 0 ? "" : "split into %d parts".formatted(resolved.getParts())));
            }
            case DISCARDED -> {
                var discarded = event.getDiscarded();
                yield Optional.of(new Decision(
                        Event.DISCARDED,
                        new EnginePosition(attempt, State.DISCARDED),
                        discarded.getReplayId(),
                        0,
                        Action.DISCARD,
                        Outcome.SUCCEEDED,
                        discarded.getReason()));
            }
            // It is as open as it was, and its next order is the next attempt.
            case LET_GO ->
                Optional.of(new Decision(
                        Event.LET_GO,
                        new EnginePosition(attempt, State.CAPTURED),
                        event.getLetGo().getReplayId(),
                        0,
                        Action.LET_GO,
                        Outcome.SUCCEEDED,
                        event.getLetGo().getReason()));
            case BEHIND, EVENT_NOT_SET -> Optional.empty();
        };
    }
}
