package io.waybill.audit;

/** A question that cannot be meant. */
public final class InvalidAuditQueryException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Code code;

    /** Stable, for programs. */
    public enum Code {
        INVALID_CURSOR,
        INVALID_LIMIT,
        INVALID_PARAMETER
    }

    public InvalidAuditQueryException(Code code, String message) {
        super(message);
        this.code = code;
    }

    public Code code() {
        return code;
    }
}
