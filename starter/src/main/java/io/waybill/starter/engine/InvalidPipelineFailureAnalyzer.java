package io.waybill.starter.engine;

import io.waybill.pipeline.InvalidPipelineException;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Turns a wrongly declared pipeline into one readable message with the bean's name. */
final class InvalidPipelineFailureAnalyzer extends AbstractFailureAnalyzer<InvalidPipelineException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, InvalidPipelineException cause) {
        String bean = beanName(rootFailure);
        String description = (bean == null ? "" : "Bean '" + bean + "': ") + cause.getMessage();
        return new FailureAnalysis(description, "Correct the declaration of the pipeline.", cause);
    }

    private static @Nullable String beanName(Throwable failure) {
        String name = null;
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof BeanCreationException creation && creation.getBeanName() != null) {
                name = creation.getBeanName();
            }
        }
        return name;
    }
}
