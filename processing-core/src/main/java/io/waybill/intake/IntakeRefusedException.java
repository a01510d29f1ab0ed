package io.waybill.intake;

import java.util.Collection;

/** A message that the intake does not take; nothing was written. The code is stable. */
public final class IntakeRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final Code code;
    private final String detail;

    private IntakeRefusedException(Code code, String message) {
        super(code + ": " + message);
        this.code = code;
        this.detail = message;
    }

    public static IntakeRefusedException unknownPipeline(String pipeline, Collection<String> known) {
        return new IntakeRefusedException(
                Code.UNKNOWN_PIPELINE, "expected one of the pipelines %s, but was '%s'".formatted(known, pipeline));
    }

    public static IntakeRefusedException payloadTooLarge(long bytes, int max) {
        return new IntakeRefusedException(
                Code.PAYLOAD_TOO_LARGE, "expected a payload of at most %d bytes, but was %d".formatted(max, bytes));
    }

    /** The topic takes less than payload, key and headers need together. */
    public static IntakeRefusedException recordTooLarge(String topic, long bytes, int max) {
        return new IntakeRefusedException(
                Code.PAYLOAD_TOO_LARGE,
                "expected a record of at most %d bytes, which topic '%s' takes, but it needs %d"
                        .formatted(max, topic, bytes));
    }

    public static IntakeRefusedException badId(String message) {
        return new IntakeRefusedException(Code.INVALID_ID, message);
    }

    public static IntakeRefusedException badEnvelope(String message) {
        return new IntakeRefusedException(Code.INVALID_ENVELOPE, message);
    }

    public Code code() {
        return code;
    }

    /** The message without the code. */
    public String detail() {
        return detail;
    }

    public enum Code {
        UNKNOWN_PIPELINE,
        PAYLOAD_TOO_LARGE,
        INVALID_ID,
        /** The key or the headers. */
        INVALID_ENVELOPE
    }
}
