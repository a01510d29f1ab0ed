package io.waybill.deadletters;

/** There is no such dead letter. Code {@code DEAD_LETTER_NOT_FOUND}. */
public final class DeadLetterNotFoundException extends RuntimeException {

    public static final String CODE = "DEAD_LETTER_NOT_FOUND";

    private static final long serialVersionUID = 1;

    private DeadLetterNotFoundException(String id) {
        super(CODE + ": there is no dead letter '" + id + "'");
    }

    public static DeadLetterNotFoundException of(String id) {
        return new DeadLetterNotFoundException(id);
    }
}
