package io.waybill.format;

import org.jspecify.annotations.Nullable;

/** A record on one of Waybill's own topics that this version cannot read. Code {@code UNREADABLE_LOG}. */
public final class UnreadableLogException extends RuntimeException {

    public static final String CODE = "UNREADABLE_LOG";

    private static final long serialVersionUID = 1;

    private UnreadableLogException(String message, @Nullable Throwable cause) {
        super(CODE + ": " + message, cause);
    }

    static UnreadableLogException empty(String what) {
        return new UnreadableLogException(what + " has no value, expected a version byte", null);
    }

    static UnreadableLogException unknownVersion(String what, int found, int known) {
        return new UnreadableLogException(
                "%s has format version %d, expected at most %d: a newer Waybill wrote it".formatted(what, found, known),
                null);
    }

    /** @param reason what is wrong in a message that could be decoded */
    public static UnreadableLogException malformed(String what, String reason) {
        return new UnreadableLogException(what + " is damaged: " + reason, null);
    }

    /** The bytes are no such message, or an id in it is none. */
    public static UnreadableLogException malformed(String what, Exception cause) {
        return new UnreadableLogException(what + " is damaged: " + cause.getMessage(), cause);
    }
}
