package io.waybill.engine;

import java.time.Duration;

/** A two-phase sink did not do what it was asked. Before the commit record this undoes the checkpoint, after it nothing. */
final class SinkFailedException extends RuntimeException {

    static final String CODE = "SINK_UNREACHABLE";

    private static final long serialVersionUID = 1;

    private SinkFailedException(String message, Throwable cause) {
        super(CODE + ": " + message, cause);
    }

    private SinkFailedException(String message) {
        super(CODE + ": " + message);
    }

    static SinkFailedException of(String sink, String call, Exception cause) {
        return new SinkFailedException("expected sink '%s' to %s, but %s".formatted(sink, call, cause), cause);
    }

    static SinkFailedException tooLate(Duration took, Duration budget) {
        return new SinkFailedException(
                "expected the sinks to prepare within waybill.engine.prepare-budget of %d ms, but they took %d ms"
                        .formatted(budget.toMillis(), took.toMillis()));
    }
}
