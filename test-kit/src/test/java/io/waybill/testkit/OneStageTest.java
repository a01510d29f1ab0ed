package io.waybill.testkit;

import static io.waybill.testkit.FlowResult.Status.ACK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.pipeline.Context;
import io.waybill.pipeline.InvalidPipelineException;
import io.waybill.pipeline.KafkaSink;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.KeyedProcess;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.Primitives;
import io.waybill.pipeline.Text;
import io.waybill.pipeline.ValueState;
import io.waybill.testkit.junit.PipelineTestExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A pipeline of one stage that keeps state by the source's own keys, and whose sinks share a topic. */
class OneStageTest {

    @RegisterExtension
    final PipelineTestExtension pipeline = PipelineTestExtension.of(OneStageTest::pipeline);

    private static Pipeline pipeline() {
        return Pipeline.named("meters")
                .from(KafkaSource.topic("readings").value(Text.serde()))
                .withoutDeduplication()
                .keyedBySource(Primitives.ofLong())
                .process("last", Last::new)
                .to("all", KafkaSink.topic("both").value(Text.serde()))
                .filter("high", reading -> reading.startsWith("9"))
                .to("alarms", KafkaSink.topic("both").value(Text.serde()))
                .build();
    }

    static final class Last extends KeyedProcess<Long, String, String> {

        private final ValueState<String> last = valueState("last", Text.serde());

        @Override
        public void process(String reading, Context<Long, String> ctx) {
            last.set(reading);
            ctx.emit(reading + " of " + ctx.key());
        }
    }

    @Test
    void takesKeysAsTheirSerdeWritesThem(PipelineTest test) {
        test.send(7L, "10").send(8L, "95").send(7L, "20").settle();

        assertThat(test.state("last", "last", 7L).value(String.class)).isEqualTo("20");
        assertThat(test.state("last", "last", 8L).value(String.class)).isEqualTo("95");
        assertThat(test.result().status()).isEqualTo(ACK);
        assertThatThrownBy(() -> test.send("seven", "10")).hasMessageContaining("UNWRITABLE: expected a key");
    }

    @Test
    void tellsSinksOfOneTopicApart(PipelineTest test) {
        test.send(7L, "10").send(7L, "95").settle();

        assertThat(test.outputs("all", String.class)).containsExactly("10 of 7", "95 of 7");
        assertThat(test.outputs("alarms", String.class)).containsExactly("95 of 7");
    }

    @Test
    void makesADeadLetterOfARecordWithoutItsKey(PipelineTest test) {
        test.send("10").settle();

        assertThat(test.deadLetter().errorCode()).isEqualTo("KEY_MISSING");
    }

    @Test
    void refusesWhatAnApplicationWouldRefuse() {
        assertThatThrownBy(() -> PipelineTest.of(Pipeline.named("bad")
                        .from(KafkaSource.topic("in").value(Text.serde()))
                        .to("out", KafkaSink.topic("out").value(Text.serde()))
                        .build()))
                .isInstanceOf(InvalidPipelineException.class);
    }
}
