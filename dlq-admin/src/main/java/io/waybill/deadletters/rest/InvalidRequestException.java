package io.waybill.deadletters.rest;

/** A request that says too little, too much or the wrong thing; nothing changed. Code {@code INVALID_REQUEST}. */
final class InvalidRequestException extends RuntimeException {

    static final String CODE = "INVALID_REQUEST";

    private static final long serialVersionUID = 1;

    private InvalidRequestException(String message) {
        super(CODE + ": " + message);
    }

    static InvalidRequestException because(String message) {
        return new InvalidRequestException(message);
    }

    static InvalidRequestException because(IllegalArgumentException cause) {
        InvalidRequestException invalid = new InvalidRequestException(String.valueOf(cause.getMessage()));
        invalid.initCause(cause);
        return invalid;
    }
}
