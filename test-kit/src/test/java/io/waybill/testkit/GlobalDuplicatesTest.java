package io.waybill.testkit;

import static io.waybill.testkit.FlowResult.Status.ACK;
import static io.waybill.testkit.FlowResult.Status.DUPLICATE;
import static io.waybill.testkit.FlowResult.Status.NACK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.pipeline.Deduplicate;
import io.waybill.pipeline.Flow;
import io.waybill.pipeline.Headers;
import io.waybill.pipeline.InvalidPipelineException;
import io.waybill.pipeline.KafkaSink;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.Poison;
import io.waybill.pipeline.Text;
import io.waybill.testkit.junit.PipelineTestExtension;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Resends that arrive under another key, so in another partition. */
class GlobalDuplicatesTest {

    private static final Duration WINDOW = Duration.ofDays(1);
    /** They are of different ones of two partitions. */
    private static final String KEY = "a";

    private static final String OTHER_KEY = "b";

    @RegisterExtension
    final PipelineTestExtension pipeline = PipelineTestExtension.of(() -> of(choice().globally()));

    private static Deduplicate choice() {
        return Deduplicate.byMessageId().within(WINDOW);
    }

    private static Pipeline of(Deduplicate choice) {
        return of(read().deduplicate(choice));
    }

    private static Flow<String> read() {
        return Pipeline.named("orders").from(KafkaSource.topic("orders").value(Text.serde()));
    }

    private static Pipeline of(Flow<String> orders) {
        return orders.map("check", GlobalDuplicatesTest::checked)
                .to("out", KafkaSink.topic("out").value(Text.serde()))
                .build();
    }

    private static String checked(String order) {
        if (order.startsWith("bad")) {
            throw Poison.because("BAD", "expected a good order, but was %s", order);
        }
        return order;
    }

    private static Headers id(String id) {
        return Headers.NONE.with(KafkaSource.MESSAGE_ID_HEADER, id);
    }

    @Test
    void aResendUnderAnotherKeyIsADuplicateOfTheFirst(PipelineTest test) {
        test.send(KEY, "tea", id("1")).settle();
        String first = test.trackingId();
        test.send(OTHER_KEY, "tea", id("1")).settle();

        assertThat(test.result().status()).isEqualTo(DUPLICATE);
        assertThat(test.result().duplicateOf()).isEqualTo(first);
        assertThat(test.outputs("out", String.class)).containsExactly("tea");
    }

    @Test
    void ofSeveralThatComeAtOnceOneIsTheFirst(PipelineTest test) {
        test.send(KEY, "tea", id("1")).send(OTHER_KEY, "tea", id("1")).send(KEY, "tea", id("1"));
        test.settle();

        assertThat(test.outputs("out", String.class)).containsExactly("tea");
        assertThat(test.trackingIds())
                .extracting(flow -> test.result(flow).status())
                .containsOnlyOnce(ACK)
                .contains(DUPLICATE);
    }

    @Test
    void theSameIdWithAnotherPayloadIsAConflictAndItsReplayNeedsNoId(PipelineTest test) {
        test.send(KEY, "tea", id("1")).settle();
        test.send(OTHER_KEY, "cup", id("1")).settle();

        assertThat(test.deadLetter().errorCode()).isEqualTo("MESSAGE_ID_CONFLICT");
        test.replay(test.deadLetter()).settle();
        assertThat(test.outputs("out", String.class)).containsExactly("tea", "cup");
        test.send(OTHER_KEY, "tea", id("1")).settle();
        assertThat(test.result().status()).isEqualTo(DUPLICATE);
    }

    @Test
    void aRecordWithoutIdIsADeadLetter(PipelineTest test) {
        test.send(KEY, "tea", Headers.NONE).settle();

        assertThat(test.deadLetter().errorCode()).isEqualTo("MESSAGE_ID_MISSING");
    }

    @Test
    void recordsOfOneKeyKeepTheirOrder(PipelineTest test) {
        for (int i = 0; i < 50; i++) {
            test.send(KEY, "order " + i, id("" + i));
        }
        test.settle();

        assertThat(test.outputs("out", String.class))
                .hasSize(50)
                .startsWith("order 0", "order 1")
                .endsWith("order 49");
        assertThat(test.outputs("out", String.class))
                .isSortedAccordingTo((a, b) -> Integer.compare(number(a), number(b)));
    }

    private static int number(String order) {
        return Integer.parseInt(order.substring("order ".length()));
    }

    @Test
    void anIdIsRecognisedUntilItsWindowIsOverInTheLogTimeOfTheResend(PipelineTest test) {
        test.send(KEY, "tea", id("1")).settle();
        test.advance(WINDOW.minusMinutes(1)).send(OTHER_KEY, "tea", id("1")).settle();
        assertThat(test.result().status()).isEqualTo(DUPLICATE);

        test.advance(Duration.ofMinutes(5)).send(OTHER_KEY, "tea", id("1")).settle();
        assertThat(test.result().status()).isEqualTo(ACK);
        assertThat(test.outputs("out", String.class)).containsExactly("tea", "tea");
    }

    @Test
    void aDeadLetterKeepsItsIdAndTheWindowBeginsWithItsEnd(PipelineTest test) {
        test.send(KEY, "bad tea", id("1")).settle();
        assertThat(test.result().status()).isEqualTo(NACK);

        test.advance(WINDOW.multipliedBy(5)).send(OTHER_KEY, "bad tea", id("1")).settle();
        assertThat(test.result().status()).isEqualTo(DUPLICATE);
        test.replay(test.deadLetter(), "tea").settle();
        test.advance(WINDOW.minusHours(1)).send(OTHER_KEY, "bad tea", id("1")).settle();
        assertThat(test.result().status()).isEqualTo(DUPLICATE);
        assertThat(test.outputs("out", String.class)).containsExactly("tea");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 50, 120, 180, 240, 310, 400})
    void whatWaitsForAVerdictSurvivesTheProcessAndItsDisk(int millis) {
        try (PipelineTest test = PipelineTest.of(of(choice().globally()))) {
            test.send(KEY, "warm up", id("0")).settle();
            test.send(KEY, "tea", id("1"))
                    .send(OTHER_KEY, "tea", id("1"))
                    .advance(Duration.ofMillis(millis))
                    .crash();
            test.restartOnNewMachine().send(OTHER_KEY, "tea", id("1")).settle();

            assertThat(test.outputs("out", String.class)).containsExactly("warm up", "tea");
            assertThat(test.verify().result().status()).isEqualTo(DUPLICATE);
        }
    }

    @Test
    void refusesToForgetWhatWasSeenInAnotherScope(PipelineTest test) {
        test.send(KEY, "tea", id("1")).settle();

        assertThatThrownBy(() -> test.crash().restart(of(choice().keyLocal())))
                .isInstanceOf(InvalidPipelineException.class)
                .hasMessageContaining("DEDUPLICATION_CHANGED")
                .hasMessageContaining("keep .globally()");
        assertThatThrownBy(() -> test.restart(of(read().withoutDeduplication())))
                .hasMessageContaining("DEDUPLICATION_CHANGED");
        test.restart(of(choice().globally())).settle();
    }

    @Test
    void refusesToForgetWhatWasSeenKeyLocally() {
        try (PipelineTest test = PipelineTest.of(of(choice().keyLocal()))) {
            test.send(KEY, "tea", id("1")).settle();

            assertThatThrownBy(() -> test.crash().restart(of(choice().globally())))
                    .hasMessageContaining("DEDUPLICATION_CHANGED")
                    .hasMessageContaining("keep .keyLocal()");
        }
    }
}
