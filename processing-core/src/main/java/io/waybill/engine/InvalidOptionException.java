package io.waybill.engine;

/** An option has a value that cannot be used. Names the property. Code {@code INVALID_OPTION}. */
public final class InvalidOptionException extends IllegalArgumentException {

    public static final String CODE = "INVALID_OPTION";

    private static final long serialVersionUID = 1;

    private InvalidOptionException(String message) {
        super(CODE + ": " + message);
    }

    private InvalidOptionException(String message, Throwable cause) {
        super(CODE + ": " + message, cause);
    }

    /** @param property by its full name */
    public static InvalidOptionException folderUnusable(String property, Object folder, Throwable cause) {
        return new InvalidOptionException(
                "expected %s to name a folder that can be written to, but was %s: %s"
                        .formatted(property, folder, cause),
                cause);
    }

    /** @param property by its full name */
    public static InvalidOptionException outOfBounds(String property, Object least, Object most, Object value) {
        return new InvalidOptionException(
                "expected %s from %s to %s, but was %s".formatted(property, least, most, value));
    }
}
