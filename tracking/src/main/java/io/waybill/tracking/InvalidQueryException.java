package io.waybill.tracking;

/** A query that cannot be answered as it was asked. The code is stable. */
public final class InvalidQueryException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final Code code;

    private InvalidQueryException(Code code, String message) {
        super(code + ": " + message);
        this.code = code;
    }

    public static InvalidQueryException cursor(String cursor) {
        String shown = cursor.length() > 100 ? cursor.substring(0, 100) + "…" : cursor;
        return new InvalidQueryException(
                Code.INVALID_CURSOR, "expected the cursor of an earlier page of this query, but was '" + shown + "'");
    }

    public static InvalidQueryException limit(int limit, int max) {
        return new InvalidQueryException(
                Code.INVALID_LIMIT, "expected a limit from 1 to %d, but was %d".formatted(max, limit));
    }

    public static InvalidQueryException waitSeconds(int waitSeconds, int max) {
        return new InvalidQueryException(
                Code.INVALID_WAIT, "expected waitSeconds from 1 to %d, but was %d".formatted(max, waitSeconds));
    }

    public Code code() {
        return code;
    }

    public enum Code {
        INVALID_CURSOR,
        INVALID_LIMIT,
        INVALID_WAIT
    }
}
