package io.waybill.testkit;

import static io.waybill.testkit.FlowResult.Status.ACK;
import static io.waybill.testkit.FlowResult.Status.NACK;
import static io.waybill.testkit.FlowResult.Status.PARTIAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.engine.EngineOptions;
import io.waybill.pipeline.FailurePolicy;
import io.waybill.pipeline.Flow;
import io.waybill.pipeline.InvalidPipelineException;
import io.waybill.pipeline.KafkaSink;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.StagedSink;
import io.waybill.pipeline.Text;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class StagedSinkTest {

    private static final Duration LONG = Duration.ofMinutes(2);

    private final Table<String> table = new Table<>();

    private static Flow<String> flow(FailurePolicy policy) {
        return Pipeline.named("bookings")
                .onFailure(policy)
                .from(KafkaSource.topic("in").value(Text.serde()))
                .withoutDeduplication();
    }

    private static StagedSink<String> into(Table<String> table) {
        return StagedSink.value(Text.serde())
                .key(value -> value.substring(0, 1), Text.serde())
                .into(table);
    }

    private Pipeline pipeline() {
        return pipeline(FailurePolicy.deadLetter());
    }

    private Pipeline pipeline(FailurePolicy policy) {
        return flow(policy)
                .to("table", into(table))
                .to("settled", KafkaSink.topic("settled").value(Text.serde()))
                .build();
    }

    @Test
    void keepsNoOrderOverItsDeadLettersAndSaysSo() {
        assertThatThrownBy(() -> pipeline(FailurePolicy.deadLetterInSequence()))
                .isInstanceOf(InvalidPipelineException.class)
                .hasMessageContaining("operator 'table'")
                .hasMessageContaining(".onFailure(deadLetter()) or .onFailure(stop())");
        Pipeline given = flow(FailurePolicy.deadLetterInSequence())
                .to("table", into(table))
                .onFailure(FailurePolicy.deadLetter())
                .build();
        assertThat(given.operators()).hasSize(1);
    }

    @Test
    void appliesRowsAndAcknowledgesTheirFlowsThen() {
        try (PipelineTest test = PipelineTest.of(pipeline())) {
            table.away(true);
            test.send("a", "a1").advance(LONG);
            assertThat(test.outputs("settled", String.class)).containsExactly("a1");
            assertThat(test.incidents()).extracting(Incident::code).containsOnly("SINK_NOT_APPLIED");
            assertThat(table.rows()).isEmpty();
            assertThat(test.lag()).isPositive();

            table.away(false);
            test.send("a", "a2").settle();
            assertThat(table.rows()).containsExactly("a1", "a2");
            assertThat(test.result().status()).isEqualTo(ACK);
            assertThat(test.incidents()).isEmpty();
            test.verify();
        }
    }

    @Test
    void appliesWhatWaitedOnceTheDatabaseIsBackThoughNothingNewComes() {
        try (PipelineTest test = PipelineTest.of(pipeline())) {
            table.away(true);
            test.send("a", "a1").send("a", "a2").advance(LONG);

            table.away(false);
            test.settle();

            assertThat(table.rows()).containsExactly("a1", "a2");
            assertThat(test.result().status()).isEqualTo(ACK);
        }
    }

    @Test
    void makesARowThatIsRefusedADeadLetterOfTheSinkAndAppliesItOnceItIsMended() {
        table.refuse("b-bad"::equals);
        try (PipelineTest test = PipelineTest.of(pipeline())) {
            test.send("b", "b-1").send("b", "b-bad").send("b", "b-2").settle();
            assertThat(table.rows()).containsExactly("b-1", "b-2");
            assertThat(test.result(test.trackingIds().get(1)).status()).isEqualTo(NACK);
            DeadLetter letter = test.deadLetter();
            assertThat(letter.stage()).isEqualTo("table");
            assertThat(letter.operator()).isEqualTo("table");
            assertThat(letter.errorCode()).isEqualTo("ROW_REJECTED");
            assertThat(letter.errorMessage()).contains("it takes no b-bad");

            test.replay(letter).settle();
            assertThat(table.rows()).containsExactly("b-1", "b-2");
            assertThat(test.deadLetter().attempt()).isEqualTo(1);

            test.replay(test.deadLetter(), "b-mended").settle();
            assertThat(table.rows()).containsExactly("b-1", "b-2", "b-mended");
            assertThat(test.result(test.trackingIds().get(1)).status()).isEqualTo(ACK);
            assertThat(test.deadLetters()).isEmpty();
            test.verify();
        }
    }

    @Test
    void tellsOfEachRowOfARecordWhereItStagesSeveral() {
        table.refuse(value -> value.endsWith("!"));
        Pipeline several = flow(FailurePolicy.deadLetter())
                .flatMap("rows", value -> List.of(value + "1", value + "!", value + "2"))
                .to("table", into(table))
                .build();
        try (PipelineTest test = PipelineTest.of(several)) {
            test.send("c").settle();
            assertThat(table.rows()).containsExactly("c1", "c2");
            assertThat(test.result().status()).isEqualTo(PARTIAL);
            assertThat(test.deadLetter().path()).containsExactly(2);
            test.discard(test.deadLetter(), "never mind").settle().verify();
        }
    }

    @Test
    void appliesNothingTwiceHoweverOftenItCrashes() {
        try (PipelineTest test = PipelineTest.of(pipeline())) {
            for (int i = 0; i < 5; i++) {
                // Between the database's commit and the checkpoint, wherever that falls.
                test.send("d", "d" + i).advance(Duration.ofMillis(60L * i + 20)).crash();
                test.restart();
            }
            test.crash().restartOnNewMachine().settle();
            assertThat(table.rows()).containsExactly("d0", "d1", "d2", "d3", "d4");
            test.verify();
        }
    }

    @Test
    void stopsBeforeARowThatIsRefusedWhereThePolicySaysSo() {
        table.refuse("e-bad"::equals);
        try (PipelineTest test = PipelineTest.of(pipeline(FailurePolicy.stop()))) {
            test.send("e", "e-1").send("e", "e-bad").send("e", "e-2").settle();
            assertThat(table.rows()).containsExactly("e-1");
            assertThat(test.deadLetters()).isEmpty();
            assertThat(test.incidents()).extracting(Incident::code).containsExactly("ROW_REJECTED");

            table.refuse(value -> false);
            test.retry(test.incidents().getFirst()).settle();
            assertThat(table.rows()).containsExactly("e-1", "e-bad", "e-2");
            assertThat(test.incidents()).isEmpty();
            test.verify();
        }
    }

    @Test
    void haltsWhereTheDatabaseWasRestoredFromABackup() {
        try (PipelineTest test = PipelineTest.of(pipeline())) {
            test.send("f", "f1").settle();
            table.restoreEmpty();
            test.send("f", "f2").settle();
            assertThat(test.incidents()).extracting(Incident::code).containsExactly("SINK_DISAGREES");
            assertThat(table.rows()).isEmpty();
            assertThat(test.outputs("settled", String.class)).containsExactly("f1", "f2");
        }
    }

    @Test
    void beginsNoFlowWhileTooManyRowsWait() {
        Setup setup = Setup.defaults().partitions(1).engine(EngineOptions.DEFAULTS.withMaxStagedRows(20));
        try (PipelineTest test = PipelineTest.of(pipeline(), setup)) {
            table.away(true);
            for (int i = 0; i < 40; i++) {
                test.send("g", "g" + i).advance(Duration.ofSeconds(2));
            }
            int reached = test.outputs("settled").size();
            assertThat(reached).isBetween(5, 21);
            assertThat(test.lag()).isGreaterThanOrEqualTo(40 - reached);

            table.away(false);
            test.settle();
            assertThat(table.rows()).hasSize(40).startsWith("g0", "g1").endsWith("g39");
            test.verify();
        }
    }

    @Test
    void refusesToStartWithoutASinkThatStillHasRows() {
        try (PipelineTest test = PipelineTest.of(pipeline())) {
            table.away(true);
            test.send("h", "h1").advance(LONG).crash();
            Pipeline without = flow(FailurePolicy.deadLetter())
                    .to("settled", KafkaSink.topic("settled").value(Text.serde()))
                    .build();
            assertThatThrownBy(() -> test.restart(without))
                    .isInstanceOf(InvalidPipelineException.class)
                    .hasMessageContaining("STAGE_LEFT")
                    .hasMessageContaining("table");
        }
    }
}
