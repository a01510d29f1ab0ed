package io.waybill.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.pipeline.Context;
import io.waybill.pipeline.InvalidPipelineException;
import io.waybill.pipeline.KafkaSink;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.KeyedProcess;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.Poison;
import io.waybill.pipeline.Primitives;
import io.waybill.pipeline.Text;
import io.waybill.pipeline.Timer;
import io.waybill.pipeline.ValueState;
import io.waybill.testkit.junit.PipelineTestExtension;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A version without a stage that an earlier one had starts only where that stage has nothing left to do. */
class LeftStagesTest {

    @RegisterExtension
    final PipelineTestExtension pipeline = PipelineTestExtension.of(LeftStagesTest::withStage);

    @Test
    void startsWhereTheStageIsEmptyAndItsStateIsGivenUp(PipelineTest test) {
        test.send("tea").settle();

        test.crash().restart(withoutStage("counted/seen")).send("cup").settle();

        assertThat(test.outputs("out", String.class)).containsExactly("tea", "cup");
    }

    @Test
    void refusesToForgetStateThatNobodyGaveUp(PipelineTest test) {
        test.send("tea").settle();

        assertThatThrownBy(() -> test.crash().restart(withoutStage()))
                .isInstanceOf(InvalidPipelineException.class)
                .hasMessageContaining("STAGE_LEFT")
                .hasMessageContaining("'items'")
                .hasMessageContaining(".dropState(\"counted/seen\")");
    }

    @Test
    void refusesToForgetADeadLetter(PipelineTest test) {
        test.send("poison").settle();

        assertThatThrownBy(() -> test.crash().restart(withoutStage("counted/seen")))
                .hasMessageContaining("that of an earlier one has 1 open dead letters")
                // Flows become whole where they did: that stage stays.
                .hasMessageNotContaining("'completion'");
    }

    @Test
    void refusesToForgetARecordOnItsWay(PipelineTest test) {
        test.crashIn("counted").send("tea").settle();

        assertThatThrownBy(() -> test.restart(withoutStage("counted/seen")))
                .hasMessageContaining("'items'")
                .hasMessageContaining("has 1 records that nobody has read");
    }

    @Test
    void refusesToForgetATimerThatNobodyGaveUp(PipelineTest test) {
        test.send("later").settle();

        assertThatThrownBy(() -> test.crash().restart(withoutStage("counted/seen")))
                .hasMessageContaining("has 1 timers that have not fired")
                .hasMessageContaining(".dropState(\"counted/timers\")");

        test.restart(withoutStage("counted/seen", "counted/timers")).send("cup").settle();
        assertThat(test.outputs("out", String.class)).containsExactly("later", "cup");
    }

    private static Pipeline withStage() {
        return Pipeline.named("stall")
                .from(KafkaSource.topic("items").value(Text.serde()))
                .withoutDeduplication()
                .keyBy("items", item -> item, Text.serde())
                .process("counted", Counted::new)
                .to("out", KafkaSink.topic("out").value(Text.serde()))
                .build();
    }

    private static Pipeline withoutStage(String... dropped) {
        Pipeline.Named named = Pipeline.named("stall").version(2);
        for (String state : dropped) {
            named = named.dropState(state);
        }
        return named.from(KafkaSource.topic("items").value(Text.serde()))
                .withoutDeduplication()
                .to("out", KafkaSink.topic("out").value(Text.serde()))
                .build();
    }

    private static final class Counted extends KeyedProcess<String, String, String> {

        private final ValueState<Long> seen = valueState("seen", Primitives.ofLong());

        @Override
        public void process(String item, Context<String, String> context) {
            if (item.equals("poison")) {
                throw Poison.because("POISON", "expected an item, but was poison");
            }
            seen.set(1L);
            if (item.equals("later")) {
                context.timer("late", context.now().plus(Duration.ofDays(1)));
            }
            context.emit(item);
        }

        @Override
        public void onTimer(Timer timer, Context<String, String> context) {
            context.emit("late");
        }
    }
}
