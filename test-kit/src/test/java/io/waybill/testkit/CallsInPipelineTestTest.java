package io.waybill.testkit;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.pipeline.Deduplicate;
import io.waybill.pipeline.FailurePolicy;
import io.waybill.pipeline.KafkaSink;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.Text;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a product team tests a pipeline that calls another system: in simulated time, and always with the same result. */
class CallsInPipelineTestTest {

    private final List<String> asked = new ArrayList<>();

    private Pipeline pipeline(FailurePolicy policy) {
        return Pipeline.named("settlement")
                .onFailure(policy)
                .from(KafkaSource.topic("payments").value(Text.serde()))
                .deduplicate(Deduplicate.byMessageId().keyLocal())
                .async(
                        "fraud",
                        payment -> {
                            asked.add(payment);
                            return payment + " is fine";
                        },
                        usual -> usual.timeout(ofSeconds(2)))
                .to("settled", KafkaSink.topic("settled").value(Text.serde()))
                .build();
    }

    private PipelineTest retrying() {
        return PipelineTest.of(
                pipeline(FailurePolicy.retry(2).fixed(ofMillis(200)).thenDeadLetter()));
    }

    @Test
    void callsEachOnceAndSettles() {
        try (PipelineTest test = retrying()) {
            test.send("a", "1").send("a", "2").send("b", "3").settle();

            assertThat(test.outputs("settled", String.class))
                    .containsExactlyInAnyOrder("1 is fine", "2 is fine", "3 is fine");
            assertThat(asked).containsExactlyInAnyOrder("1", "2", "3");
            assertThat(test.lag()).isZero();
            test.verify();
        }
    }

    @Test
    void letsACallTakeSoLongThatItIsGivenUpAndTheNextOneAnswer() {
        try (PipelineTest test = retrying()) {
            Instant begun = test.now();
            test.delay("fraud", ofSeconds(30), 1).send("a", "1").send("b", "2").settle();

            assertThat(test.outputs("settled", String.class)).containsExactlyInAnyOrder("2 is fine", "1 is fine");
            assertThat(Duration.between(begun, test.now())).isBetween(ofSeconds(2), ofSeconds(10));
            test.advance(ofSeconds(60));
            assertThat(test.outputs("settled")).hasSize(2);
            test.verify();
        }
    }

    @Test
    void showsACallThatFailsTooOftenAsADeadLetterOfItsOperator() {
        try (PipelineTest test = retrying()) {
            test.fail("fraud", new IOException("away"), 3).send("a", "1").settle();
            assertThat(test.deadLetter())
                    .extracting(DeadLetter::operator, DeadLetter::errorCode)
                    .containsExactly("fraud", "IOException");

            test.replay(test.deadLetter()).settle();
            assertThat(test.outputs("settled", String.class)).containsExactly("1 is fine");
            test.verify();
        }
    }

    @Test
    void callsAgainWhereTheInstanceIsKilledInTheMiddleOfACall() {
        try (PipelineTest test = retrying()) {
            test.crashIn("fraud").send("a", "1").send("a", "2").settle();
            assertThat(test.outputs("settled")).isEmpty();
            test.restartOnNewMachine().settle();

            assertThat(test.outputs("settled", String.class)).containsExactly("1 is fine", "2 is fine");
            test.verify();
        }
    }
}
