package io.waybill.starter.engine;

import io.waybill.engine.ClusterTooOldException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Stops the start with what the brokers cannot do instead of a stack trace. */
final class ClusterTooOldFailureAnalyzer extends AbstractFailureAnalyzer<ClusterTooOldException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, ClusterTooOldException cause) {
        return new FailureAnalysis(cause.getMessage(), "Use Kafka 4.0 or newer.", cause);
    }
}
