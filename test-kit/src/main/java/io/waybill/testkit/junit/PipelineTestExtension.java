package io.waybill.testkit.junit;

import io.waybill.pipeline.Pipeline;
import io.waybill.testkit.PipelineTest;
import io.waybill.testkit.Setup;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * Gives each test method a {@link PipelineTest} of its own as a parameter, and closes it. After a test that succeeded it
 * {@linkplain PipelineTest#verify() verifies} what must hold of every pipeline; one that failed says its seed.
 *
 * <pre>{@code
 * @RegisterExtension
 * final PipelineTestExtension pipeline = PipelineTestExtension.of(() -> new Settlement().settlement(limits));
 *
 * @Test
 * void booksAPayment(PipelineTest test) { … }
 * }</pre>
 *
 * <p>Each test has a seed that follows from its name, so a repeated test sees another order of events each time;
 * {@code -Dwaybill.test.seed=…} gives all of them this one.
 */
public final class PipelineTestExtension
        implements ParameterResolver, AfterTestExecutionCallback, TestExecutionExceptionHandler {

    private static final Namespace NAMESPACE = Namespace.create(PipelineTestExtension.class);

    private final Supplier<Pipeline> pipeline;
    private final UnaryOperator<Setup> setup;

    private PipelineTestExtension(Supplier<Pipeline> pipeline, UnaryOperator<Setup> setup) {
        this.pipeline = pipeline;
        this.setup = setup;
    }

    /** @param pipeline called once for each test */
    public static PipelineTestExtension of(Supplier<Pipeline> pipeline) {
        return new PipelineTestExtension(pipeline, UnaryOperator.identity());
    }

    /** @param change of what the tests run on */
    public PipelineTestExtension with(UnaryOperator<Setup> change) {
        return new PipelineTestExtension(pipeline, change);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == PipelineTest.class;
    }

    @Override
    public PipelineTest resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getStore(NAMESPACE).computeIfAbsent(this, own -> start(context), PipelineTest.class);
    }

    /** The store closes it with the test's context. */
    private PipelineTest start(ExtensionContext context) {
        Setup defaults = Setup.defaults();
        Setup seeded = System.getProperty(Setup.SEED_PROPERTY) == null
                ? defaults.seed(context.getUniqueId().hashCode())
                : defaults;
        return PipelineTest.of(pipeline.get(), setup.apply(seeded));
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
        PipelineTest test = started(context);
        if (test != null && context.getExecutionException().isEmpty()) {
            test.verify();
        }
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        PipelineTest test = started(context);
        if (test != null) {
            failure.addSuppressed(new Reproduction(test));
        }
        throw failure;
    }

    private @Nullable PipelineTest started(ExtensionContext context) {
        return context.getStore(NAMESPACE).get(this, PipelineTest.class);
    }

    /** Stands below the failure of a test. */
    private static final class Reproduction extends Exception {

        private static final long serialVersionUID = 1;

        Reproduction(PipelineTest test) {
            super(
                    "%s; the same run again: -D%s=%d".formatted(test, Setup.SEED_PROPERTY, test.seed()),
                    null,
                    false,
                    false);
        }
    }
}
