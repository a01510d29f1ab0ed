package io.waybill.pipeline;

import java.util.List;

/** A pipeline that is declared wrongly. Names pipeline, operator and remedy of everything found. Code {@code INVALID_PIPELINE}. */
public final class InvalidPipelineException extends RuntimeException {

    public static final String CODE = "INVALID_PIPELINE";

    private static final long serialVersionUID = 1;

    private InvalidPipelineException(String message) {
        super(CODE + ": " + message);
    }

    public static InvalidPipelineException of(String pipeline, List<String> problems) {
        return new InvalidPipelineException("pipeline '" + pipeline + "': " + String.join("; ", problems));
    }
}
