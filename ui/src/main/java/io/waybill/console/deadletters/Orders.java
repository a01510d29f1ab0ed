package io.waybill.console.deadletters;

import io.waybill.deadletters.DeadLetters.ReplayView;
import io.waybill.deadletters.DeadLetters.Status;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What may be ordered of a dead letter now, so that the page offers nothing that would be refused.
 *
 * @param latest the newest order; null: there was none
 * @param underWay an order was given and its outcome is not known yet
 */
record Orders(boolean allowed, boolean underWay, @Nullable ReplayView latest) {

    static Orders of(Status status, List<ReplayView> replays) {
        ReplayView latest = replays.stream()
                .max((a, b) -> a.requestedAt().compareTo(b.requestedAt()))
                .orElse(null);
        boolean underWay = switch (status) {
            case REPLAY_REQUESTED, REPLAYING, DISCARD_REQUESTED, LET_GO_REQUESTED -> true;
            case OPEN, EDITED -> latest != null && isPending(latest);
            case RESOLVED, DISCARDED -> false;
        };
        boolean allowed = switch (status) {
            case OPEN, EDITED -> !underWay;
            case REPLAY_REQUESTED, REPLAYING, DISCARD_REQUESTED, LET_GO_REQUESTED, RESOLVED, DISCARDED -> false;
        };
        return new Orders(allowed, underWay, latest);
    }

    private static boolean isPending(ReplayView replay) {
        return switch (replay.status()) {
            case REQUESTED, SENT -> true;
            case SUCCEEDED, FAILED_AGAIN, REFUSED -> false;
        };
    }
}
