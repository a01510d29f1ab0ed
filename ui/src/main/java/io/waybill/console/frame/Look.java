package io.waybill.console.frame;

import io.waybill.deadletters.DeadLetters.ReplayStatus;
import io.waybill.deadletters.DeadLetters.Status;
import io.waybill.tracking.FlowQueries.FlowStatus;
import io.waybill.tracking.FlowQueries.PartStatus;

/**
 * How a state is shown: by words, by the shape of its icon, and last by colour.
 *
 * @param tone a class of the style sheet
 * @param icon a symbol of the icon sheet
 */
public record Look(String label, String tone, String icon) {

    public static Look of(FlowStatus status) {
        return switch (status) {
            case IN_PROGRESS -> new Look("In progress", "busy", "progress");
            case ACK -> new Look("ACK", "good", "check");
            case NACK -> new Look("NACK", "bad", "cross");
            case PARTIAL -> new Look("PARTIAL", "warn", "half");
            case DUPLICATE -> new Look("Duplicate", "calm", "copies");
        };
    }

    public static Look of(PartStatus status) {
        return switch (status) {
            case PASSED -> new Look("Passed", "good", "check");
            case FILTERED -> new Look("Filtered", "calm", "minus");
            case SPLIT -> new Look("Split", "calm", "split");
            case DEAD_LETTERED -> new Look("Dead-lettered", "bad", "alert");
            case DISCARDED -> new Look("Discarded", "calm", "slash");
            case FORWARDED -> new Look("On its way", "busy", "progress");
        };
    }

    public static Look of(Status status) {
        return switch (status) {
            case OPEN -> new Look("Open", "bad", "alert");
            case EDITED -> new Look("Edited", "warn", "pencil");
            case REPLAY_REQUESTED -> new Look("Replay requested", "busy", "clock");
            case REPLAYING -> new Look("Replaying", "busy", "progress");
            case DISCARD_REQUESTED -> new Look("Discard requested", "busy", "clock");
            case LET_GO_REQUESTED -> new Look("Let-go requested", "busy", "clock");
            case RESOLVED -> new Look("Resolved", "good", "check");
            case DISCARDED -> new Look("Discarded", "calm", "slash");
        };
    }

    public static Look of(ReplayStatus status) {
        return switch (status) {
            case REQUESTED -> new Look("Requested", "busy", "clock");
            case SENT -> new Look("Sent to the pipeline", "busy", "progress");
            case SUCCEEDED -> new Look("Succeeded", "good", "check");
            case FAILED_AGAIN -> new Look("Failed again", "bad", "alert");
            case REFUSED -> new Look("Refused", "warn", "minus");
        };
    }
}
