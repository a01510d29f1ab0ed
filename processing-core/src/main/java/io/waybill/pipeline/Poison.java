package io.waybill.pipeline;

/**
 * A record that will fail however often it is tried: never retried, whatever the failure policy says. The code is
 * stable and groups failures in the console.
 */
public final class Poison extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String code;

    private Poison(String code, String message) {
        super(message);
        this.code = code;
    }

    /**
     * @param code stable, upper case with underscores, such as {@code INVALID_IBAN}
     * @param format {@link String#format} of what was expected and what was there
     */
    public static Poison because(String code, String format, Object... arguments) {
        return new Poison(code, arguments.length == 0 ? format : format.formatted(arguments));
    }

    public String code() {
        return code;
    }
}
