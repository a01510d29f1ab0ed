package io.waybill.intake;

import org.jspecify.annotations.Nullable;

/** The broker is away or did not acknowledge a message in time. Code {@code INTAKE_UNAVAILABLE}. */
public final class IntakeUnavailableException extends RuntimeException {

    public static final String CODE = "INTAKE_UNAVAILABLE";

    private static final long serialVersionUID = 1;

    private IntakeUnavailableException(String message, @Nullable Throwable cause) {
        super(CODE + ": " + message, cause);
    }

    public static IntakeUnavailableException noAcknowledgement(String topic, Throwable cause) {
        return new IntakeUnavailableException(
                "no acknowledgement for a record of topic '%s': it may or may not have been written; send it again"
                        .formatted(topic),
                cause);
    }

    public static IntakeUnavailableException unknownTopic(String topic) {
        return new IntakeUnavailableException(
                "expected the topic '%s' on the broker, but it is not there: nothing was written".formatted(topic),
                null);
    }

    public static IntakeUnavailableException brokerAway(String topic, Throwable cause) {
        return new IntakeUnavailableException(
                "the broker did not describe the topic '%s': nothing was written; send it again".formatted(topic),
                cause);
    }
}
