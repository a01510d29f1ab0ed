package io.waybill.intake;

/** The broker did not acknowledge a message in time. Code {@code INTAKE_UNAVAILABLE}. */
public final class IntakeUnavailableException extends RuntimeException {

    public static final String CODE = "INTAKE_UNAVAILABLE";

    private static final long serialVersionUID = 1;

    private IntakeUnavailableException(String message, Throwable cause) {
        super(CODE + ": " + message, cause);
    }

    public static IntakeUnavailableException noAcknowledgement(String topic, Throwable cause) {
        return new IntakeUnavailableException(
                "no acknowledgement for a record of topic '%s': it may or may not have been written; send it again"
                        .formatted(topic),
                cause);
    }
}
