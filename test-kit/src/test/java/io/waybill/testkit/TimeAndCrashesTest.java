package io.waybill.testkit;

import static io.waybill.testkit.FlowResult.Status.ACK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.pipeline.FailurePolicy;
import io.waybill.testkit.junit.PipelineTestExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimeAndCrashesTest {

    private static final Duration MOMENT = Duration.ofSeconds(5);

    @RegisterExtension
    final PipelineTestExtension pipeline = PipelineTestExtension.of(Shop::pipeline);

    @Test
    void leavesTimersToTheirTime(PipelineTest test) {
        test.send("tea").settle();
        test.advance(Shop.REMINDS_AFTER.minus(MOMENT));
        assertThat(test.outputs("shipped", String.class)).containsExactly("tea1");

        test.advance(MOMENT);
        assertThat(test.outputs("shipped", String.class)).containsExactly("tea1", "remember tea");
    }

    @Test
    void firesEachTimerWithinALongTimeAtItsOwn(PipelineTest test) {
        test.send("tea").settle().advance(Duration.ofHours(1)).send("cup").settle();
        test.advance(Duration.ofDays(300));

        List<Output> outputs = test.outputs("shipped");
        assertThat(outputs).extracting(Output::value).containsExactly("tea1", "cup1", "remember tea", "remember cup");
        assertThat(sentAt(outputs.get(3)).minus(Duration.ofHours(1)))
                .isBetween(sentAt(outputs.get(2)), sentAt(outputs.get(2)).plus(MOMENT));
    }

    private static Instant sentAt(Output output) {
        return Instant.ofEpochMilli(
                Long.parseLong(output.headers().text("Waybill-Source-Timestamp").orElseThrow()));
    }

    @Test
    void retriesWhenTheirTimeHasCome(PipelineTest test) {
        test.fail("read", new IllegalStateException("not yet"), 1).send("tea").advance(Shop.BACKOFF.minus(MOMENT));
        assertThat(test.outputs("shipped")).isEmpty();

        test.advance(MOMENT.multipliedBy(2));
        assertThat(test.outputs("shipped")).hasSize(1);
    }

    @Test
    void triesARecordAgainThatWaitedWhenAllWasLost(PipelineTest test) {
        test.fail("read", new IllegalStateException("not yet"), 1)
                .send("tea")
                .advance(Duration.ofSeconds(1))
                .crash();
        test.restart().settle();

        assertThat(test.outputs("shipped")).hasSize(1);
    }

    @Test
    void settlesOverBackoffsOfDaysInNoTime() {
        FailurePolicy policy =
                FailurePolicy.retry(100).fixed(Duration.ofDays(1)).thenDeadLetter();
        try (PipelineTest test = PipelineTest.of(Shop.pipeline(policy))) {
            Instant before = test.now();
            test.fail("read", new IllegalStateException("not yet"), 100)
                    .send("tea")
                    .settle();

            assertThat(test.outputs("shipped", String.class)).containsExactly("tea1");
            assertThat(Duration.between(before, test.now())).isBetween(Duration.ofDays(100), Duration.ofDays(101));
        }
    }

    @Test
    void movesTheClockByWhatItIsTold(PipelineTest test) {
        Instant before = test.settle().now();
        assertThat(test.advance(Duration.ofDays(3)).now()).isEqualTo(before.plus(Duration.ofDays(3)));
    }

    @Test
    void saysWhatKeepsItFromRest() {
        try (PipelineTest test = PipelineTest.of(Shop.pipeline(
                FailurePolicy.retry(1_000).fixed(Duration.ofDays(1)).thenDeadLetter()))) {
            test.fail("read", new IllegalStateException("never"), 1_000).send("tea");
            assertThatThrownBy(test::settle)
                    .isInstanceOf(PipelineTestException.class)
                    .hasMessageContaining("NOT_SETTLED")
                    .hasMessageContaining("run again in shop/source/");
        }
    }

    @RepeatedTest(5)
    void loseNothingByACrash(PipelineTest test) {
        test.send("tea,tea").advance(Duration.ofMillis(20)).crash();
        test.restart().send("tea").settle();

        assertThat(test.outputs("shipped", String.class)).containsExactlyInAnyOrder("tea1", "tea2", "tea3");
        assertThat(test.trackingIds())
                .allSatisfy(id -> assertThat(test.result(id).status()).isEqualTo(ACK));
    }

    @ParameterizedTest
    @ValueSource(strings = {"read", "items", "wanted", "unpack", "article", "stock", "shipped"})
    void runAgainWhatACrashCutOff(String operator, PipelineTest test) {
        test.send("tea").settle();
        test.crashIn(operator).send("cup").settle();
        assertThat(test.outputs("shipped", String.class)).containsExactly("tea1");
        assertThatThrownBy(test::settle).hasMessageContaining("INSTANCE_DOWN");
        assertThatThrownBy(test::crash).hasMessageContaining("INSTANCE_DOWN");

        test.restartOnNewMachine().send("tea").settle();
        assertThat(test.outputs("shipped", String.class)).containsExactlyInAnyOrder("tea1", "cup1", "tea2");
        assertThatThrownBy(test::restart).hasMessageContaining("INSTANCE_UP");
    }

    @Test
    void quarantinesWhatKillsTheInstanceAgainAndAgain(PipelineTest test) {
        test.send("tea").crashIn("read").settle();
        for (int again = 0; again < 3; again++) {
            test.crashIn("read").restart().settle();
        }
        test.restart().send("cup").settle();

        assertThat(test.outputs("shipped", String.class)).containsExactly("cup1");
        assertThat(test.deadLetters()).extracting(DeadLetter::errorCode).containsExactly("QUARANTINED");

        test.replay(test.deadLetters().getFirst()).settle();
        assertThat(test.outputs("shipped", String.class)).contains("tea1");
    }

    @Test
    void goesOnWithAnotherVersion(PipelineTest test) {
        test.send("tea").settle().crash();
        test.restart(Shop.pipeline(FailurePolicy.deadLetter()));
        test.fail("stock", new IllegalStateException("no retries now"), 1)
                .send("tea,cup")
                .settle();

        assertThat(test.deadLetters()).hasSize(1);
        assertThat(test.replay(test.deadLetter()).settle().outputs("shipped", String.class))
                .containsExactlyInAnyOrder("tea1", "tea2", "cup1");
    }

    @Test
    void repeatsTheSameRunFromTheSameSeed() {
        for (long seed = 0; seed < 3; seed++) {
            assertThat(run(seed)).as("seed " + seed).isEqualTo(run(seed));
        }
        assertThat(List.of(run(1), run(2), run(3), run(4)))
                .as("seeds differ in the order of articles")
                .doesNotHaveDuplicates();
    }

    private static List<Object> run(long seed) {
        try (PipelineTest test =
                PipelineTest.of(Shop.pipeline(), Setup.defaults().seed(seed))) {
            for (int i = 0; i < 10; i++) {
                test.send("customer-" + i, "tea,cup,sold-out,a" + i);
            }
            test.advance(Duration.ofMillis(40)).crash().restart().settle();
            List<Object> all = new ArrayList<>(test.outputs("shipped", String.class));
            all.addAll(test.trackingIds());
            all.add(test.now());
            return all;
        }
    }
}
