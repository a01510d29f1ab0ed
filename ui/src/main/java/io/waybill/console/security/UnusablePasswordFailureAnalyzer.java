package io.waybill.console.security;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Stops the start with one sentence instead of a stack trace. */
final class UnusablePasswordFailureAnalyzer extends AbstractFailureAnalyzer<UnusablePasswordException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, UnusablePasswordException cause) {
        return new FailureAnalysis(
                cause.getMessage(), "Set a longer password, or none: then one is generated and printed.", cause);
    }
}
