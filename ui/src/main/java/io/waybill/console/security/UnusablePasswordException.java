package io.waybill.console.security;

/** The operator's password as it is set or kept cannot be used. Code {@code UNUSABLE_PASSWORD}. */
final class UnusablePasswordException extends IllegalArgumentException {

    static final String CODE = "UNUSABLE_PASSWORD";

    private static final long serialVersionUID = 1;

    private UnusablePasswordException(String message) {
        super(CODE + ": " + message);
    }

    static UnusablePasswordException tooShort(String setting, int least, int length) {
        return new UnusablePasswordException(
                "expected %s to be at least %d characters long, but it has %d".formatted(setting, least, length));
    }

    static UnusablePasswordException keptTooShort(Object file, int least, int length) {
        return new UnusablePasswordException(
                "expected a password of at least %d characters in %s, but there are %d: delete the file to get a new one"
                        .formatted(least, file, length));
    }
}
