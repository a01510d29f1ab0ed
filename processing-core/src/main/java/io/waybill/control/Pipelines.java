package io.waybill.control;

import java.util.List;

/** Pipelines as people see and steer them. Safe for any thread; methods throw Kafka's exceptions where the log is away. */
public interface Pipelines {

    /** By name. Those that have a thread, or had one within a week, or an order. */
    List<PipelineView> all();

    /** @throws UnknownPipelineException where nothing is known of it */
    PipelineView get(String name);

    /**
     * Orders what is wanted from now on. Returns when the order is on the log; what comes of it shows on the pipeline.
     * Wanting what is wanted already changes nothing: the order that stands keeps its name and its reason.
     *
     * @param reason 1 to {@value #MAX_REASON} characters
     * @throws UnknownPipelineException where nothing is known of it
     * @throws ForbiddenOrderException where the last order does not allow it; says who gave that when
     * @throws ReasonMissingException where there is none, or one that is too long
     * @throws OrderNotWrittenException where the broker did not acknowledge it in time
     */
    Ordered order(String name, Wanted wanted, String by, String reason);

    int MAX_REASON = 500;

    /** @param isNew false where it was wanted already */
    record Ordered(PipelineView pipeline, boolean isNew) {}
}
