package io.waybill.testkit.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.waybill.pipeline.Deduplicate;
import io.waybill.pipeline.KafkaSink;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.Text;
import io.waybill.testkit.PipelineTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.RegisterExtension;

class PipelineTestExtensionTest {

    private static final List<PipelineTest> SEEN = new ArrayList<>();

    @RegisterExtension
    final PipelineTestExtension extension =
            PipelineTestExtension.of(PipelineTestExtensionTest::echo).with(setup -> setup.partitions(1));

    private static Pipeline echo() {
        return Pipeline.named("echo")
                .from(KafkaSource.topic("in").value(Text.serde()))
                .deduplicate(Deduplicate.byMessageId().keyLocal())
                .to("out", KafkaSink.topic("out").value(Text.serde()))
                .build();
    }

    @AfterAll
    static void closedThemAll() {
        assertThat(SEEN).hasSize(2).extracting(PipelineTest::seed).doesNotHaveDuplicates();
        assertThat(SEEN).allSatisfy(test -> assertThatThrownBy(test::settle).hasMessageContaining("INSTANCE_DOWN"));
    }

    @RepeatedTest(2)
    void givesEachTestItsOwnPipelineWithASeedOfItsOwn(PipelineTest test) {
        assertThat(test.send("hello").settle().outputs("out", String.class)).containsExactly("hello");
        SEEN.add(test);
    }

    @Test
    void saysTheSeedOfATestThatFailed() {
        AssertionError failure = new AssertionError("expected 5, but was 4");
        try (PipelineTest failed = PipelineTest.of(echo())) {
            assertThatThrownBy(() -> extension.handleTestExecutionException(contextOf(failed), failure))
                    .isSameAs(failure);
            assertThat(failure.getSuppressed()[0])
                    .hasMessage("test of pipeline 'echo' [out], seed %d; the same run again: -Dwaybill.test.seed=%d"
                            .formatted(failed.seed(), failed.seed()));
        }
    }

    @Test
    void verifiesATestThatSucceeded() {
        try (PipelineTest test = PipelineTest.of(echo())) {
            test.send("hello");
            extension.afterTestExecution(contextOf(test));
            assertThat(test.outputs("out"))
                    .as("it was settled in order to be verified")
                    .hasSize(1);
        }
    }

    private static ExtensionContext contextOf(PipelineTest test) {
        ExtensionContext.Store store = mock();
        when(store.get(any(), eq(PipelineTest.class))).thenReturn(test);
        ExtensionContext context = mock();
        when(context.getStore(any())).thenReturn(store);
        when(context.getExecutionException()).thenReturn(Optional.empty());
        return context;
    }
}
