package io.waybill.control;

/** An order without a reason, or with one that is too long. Code {@code REASON_MISSING}. */
public final class ReasonMissingException extends RuntimeException {

    public static final String CODE = "REASON_MISSING";

    private static final long serialVersionUID = 1;

    private ReasonMissingException(String message) {
        super(CODE + ": " + message);
    }

    /** @return it, without the space around it */
    public static String checked(String reason) {
        String stripped = reason.strip();
        if (stripped.isEmpty() || stripped.length() > Pipelines.MAX_REASON) {
            throw new ReasonMissingException("expected a reason of 1 to %d characters, but it has %d"
                    .formatted(Pipelines.MAX_REASON, stripped.length()));
        }
        return stripped;
    }
}
