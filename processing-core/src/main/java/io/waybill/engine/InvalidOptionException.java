package io.waybill.engine;

/** An option is out of its bounds. Names the property. Code {@code INVALID_OPTION}. */
public final class InvalidOptionException extends IllegalArgumentException {

    public static final String CODE = "INVALID_OPTION";

    private static final long serialVersionUID = 1;

    private InvalidOptionException(String message) {
        super(CODE + ": " + message);
    }

    /** @param property by its full name */
    public static InvalidOptionException outOfBounds(String property, Object least, Object most, Object value) {
        return new InvalidOptionException(
                "expected %s from %s to %s, but was %s".formatted(property, least, most, value));
    }
}
