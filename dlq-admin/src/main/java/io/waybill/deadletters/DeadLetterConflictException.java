package io.waybill.deadletters;

import io.waybill.deadletters.DeadLetters.Status;

/** A request that came too late or that the dead letter's status forbids; nothing changed. */
public final class DeadLetterConflictException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final Code code;

    private DeadLetterConflictException(Code code, String message) {
        super(code + ": " + message);
        this.code = code;
    }

    /** @param history who did what when, one sentence */
    public static DeadLetterConflictException forbidden(String id, String action, Status status, String history) {
        return new DeadLetterConflictException(
                Code.FORBIDDEN_TRANSITION,
                "dead letter '%s' is %s, so it cannot be %s: %s".formatted(id, status, action, history));
    }

    /** @param history who did what when, one sentence */
    public static DeadLetterConflictException stale(String id, int expected, int newest, String history) {
        return new DeadLetterConflictException(
                Code.STALE_REVISION,
                "you saw revision %d of dead letter '%s', but the newest is %d: %s"
                        .formatted(expected, id, newest, history));
    }

    /** @param bound how many revisions a dead letter may have */
    public static DeadLetterConflictException full(String id, int bound) {
        return new DeadLetterConflictException(
                Code.TOO_MANY_REVISIONS,
                "expected at most %d revisions of dead letter '%s', but this would be one more".formatted(bound, id));
    }

    public Code code() {
        return code;
    }

    public enum Code {
        STALE_REVISION,
        FORBIDDEN_TRANSITION,
        TOO_MANY_REVISIONS
    }
}
