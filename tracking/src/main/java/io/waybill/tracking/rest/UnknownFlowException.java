package io.waybill.tracking.rest;

import io.waybill.format.TrackingId;
import io.waybill.tracking.FlowQueries.ProjectionLag;

/** No such flow, or not yet: the lag tells which is likelier. Code {@code UNKNOWN_FLOW}. */
final class UnknownFlowException extends RuntimeException {

    static final String CODE = "UNKNOWN_FLOW";

    private static final long serialVersionUID = 1;

    private final transient ProjectionLag lag;

    private UnknownFlowException(String message, ProjectionLag lag) {
        super(CODE + ": " + message);
        this.lag = lag;
    }

    static UnknownFlowException of(TrackingId id, ProjectionLag lag) {
        String hint = lag.records() == 0
                ? "tracking is up to date with the log"
                : "tracking is %d records behind the log, it may still appear".formatted(lag.records());
        return new UnknownFlowException("expected a flow, but there is none of id " + id + "; " + hint, lag);
    }

    ProjectionLag lag() {
        return lag;
    }
}
