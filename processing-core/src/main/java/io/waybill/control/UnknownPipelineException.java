package io.waybill.control;

/** Nothing is known of a pipeline of this name. Code {@code UNKNOWN_PIPELINE}. */
public final class UnknownPipelineException extends RuntimeException {

    public static final String CODE = "UNKNOWN_PIPELINE";

    private static final long serialVersionUID = 1;

    private UnknownPipelineException(String message) {
        super(CODE + ": " + message);
    }

    public static UnknownPipelineException of(String name) {
        return new UnknownPipelineException(
                "expected a pipeline that runs or ran within a week, but nothing is known of '%s'".formatted(name));
    }
}
