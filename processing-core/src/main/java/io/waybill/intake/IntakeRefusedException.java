package io.waybill.intake;

import java.util.Collection;

/** A message that the intake does not take; nothing was written. The code is stable. */
public final class IntakeRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final Code code;

    private IntakeRefusedException(Code code, String message) {
        super(code + ": " + message);
        this.code = code;
    }

    public static IntakeRefusedException unknownPipeline(String pipeline, Collection<String> known) {
        return new IntakeRefusedException(
                Code.UNKNOWN_PIPELINE, "expected one of the pipelines %s, but was '%s'".formatted(known, pipeline));
    }

    public static IntakeRefusedException payloadTooLarge(long bytes, int max) {
        return new IntakeRefusedException(
                Code.PAYLOAD_TOO_LARGE, "expected a payload of at most %d bytes, but was %d".formatted(max, bytes));
    }

    public static IntakeRefusedException badId(String message) {
        return new IntakeRefusedException(Code.INVALID_ID, message);
    }

    public Code code() {
        return code;
    }

    public enum Code {
        UNKNOWN_PIPELINE,
        PAYLOAD_TOO_LARGE,
        INVALID_ID
    }
}
