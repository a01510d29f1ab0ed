package io.waybill.deadletters;

/** An edit that is larger than a record may be; nothing changed. Code {@code PAYLOAD_TOO_LARGE}. */
public final class PayloadTooLargeException extends IllegalArgumentException {

    public static final String CODE = "PAYLOAD_TOO_LARGE";

    private static final long serialVersionUID = 1;

    private PayloadTooLargeException(String message) {
        super(CODE + ": " + message);
    }

    public static PayloadTooLargeException of(String what, long bytes, long bound) {
        return new PayloadTooLargeException(
                "expected %s of at most %d bytes, but was %d".formatted(what, bound, bytes));
    }

    /** Where reading stopped at the bound, so that the size is not known. */
    public static PayloadTooLargeException beyond(String what, long bound) {
        return new PayloadTooLargeException("expected %s of at most %d bytes, but was more".formatted(what, bound));
    }
}
