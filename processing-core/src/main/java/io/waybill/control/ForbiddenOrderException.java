package io.waybill.control;

/** What is wanted cannot follow what was ordered last. Code {@code FORBIDDEN_ORDER}. */
public final class ForbiddenOrderException extends RuntimeException {

    public static final String CODE = "FORBIDDEN_ORDER";

    private static final long serialVersionUID = 1;

    private final transient PipelineView.Order standing;

    private ForbiddenOrderException(String message, PipelineView.Order standing) {
        super(CODE + ": " + message);
        this.standing = standing;
    }

    public static ForbiddenOrderException of(String pipeline, Wanted wanted, PipelineView.Order standing) {
        return new ForbiddenOrderException(
                "expected an order that may follow %s (%s), but was %s: pipeline '%s' was ordered to be %s at %s by %s"
                        .formatted(
                                standing.wanted(),
                                standing.wanted().next(),
                                wanted,
                                pipeline,
                                standing.wanted(),
                                standing.at(),
                                standing.by()),
                standing);
    }

    /** The order that stands. */
    public PipelineView.Order standing() {
        return standing;
    }
}
