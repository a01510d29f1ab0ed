package io.waybill.testkit;

import static io.waybill.testkit.FlowResult.Status.ACK;
import static io.waybill.testkit.FlowResult.Status.DUPLICATE;
import static io.waybill.testkit.FlowResult.Status.IN_PROGRESS;
import static io.waybill.testkit.FlowResult.Status.NACK;
import static io.waybill.testkit.FlowResult.Status.PARTIAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.pipeline.FailurePolicy;
import io.waybill.pipeline.Headers;
import io.waybill.pipeline.KafkaSource;
import io.waybill.testkit.junit.PipelineTestExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a test sends, orders and sees. */
class PipelineTestTest {

    @RegisterExtension
    final PipelineTestExtension pipeline = PipelineTestExtension.of(Shop::pipeline);

    @Test
    void showsOutputsWithKeyAndHeaders(PipelineTest test) {
        test.send("alice", "tea,nothing,tea").settle();

        assertThat(test.outputs("shipped", String.class)).containsExactlyInAnyOrder("tea1", "tea2");
        Output output = test.outputs("shipped").getFirst();
        assertThat(output.keyText()).isEqualTo("for " + output.value());
        assertThat(output.trackingId()).isEqualTo(test.trackingId());
        assertThat(output.headers().text("Waybill-Source-Timestamp")).isPresent();
        assertThat(test.result())
                .extracting(FlowResult::status, FlowResult::leaves)
                .containsExactly(ACK, 3L);
    }

    @Test
    void followsWhatBecomesSeveral(PipelineTest test) {
        test.send("tea-set,cup").settle();

        assertThat(test.outputs("shipped", String.class)).containsExactlyInAnyOrder("tea1", "cup1", "cup2");
        assertThat(test.result().leaves()).isEqualTo(3);
    }

    @Test
    void showsNothingBeforeItRuns(PipelineTest test) {
        test.send("tea");

        assertThat(test.outputs("shipped")).isEmpty();
        assertThat(test.result().status()).isEqualTo(IN_PROGRESS);
        assertThat(test.lag()).isEqualTo(1);
        assertThat(test.settle().lag()).isZero();
    }

    @Test
    void showsDeadLettersOfEveryStage(PipelineTest test) {
        test.send("?").settle();
        assertThat(test.deadLetter())
                .extracting(DeadLetter::stage, DeadLetter::operator, DeadLetter::errorCode, DeadLetter::text)
                .containsExactly("source", "read", "UNREADABLE", "?");
        assertThat(test.result().status()).isEqualTo(NACK);

        test.send("tea,sold-out").settle();
        assertThat(test.deadLetters().get(1))
                .extracting(DeadLetter::stage, DeadLetter::operator, DeadLetter::text)
                .containsExactly("article", "stock", "sold-out");
        assertThat(test.deadLetters().get(1).path()).containsExactly(2);
        assertThat(test.result().status()).isEqualTo(PARTIAL);
    }

    @Test
    void replaysAsItIsEditedOrNotAtAll(PipelineTest test) {
        test.send("sold-out,sold-out,sold-out").settle();
        DeadLetter first = test.deadLetters().get(0);
        test.replay(first)
                .replay(test.deadLetters().get(1), "tea")
                .discard(test.deadLetters().get(2), "not needed")
                .settle();

        assertThat(test.deadLetter())
                .extracting(DeadLetter::id, DeadLetter::attempt)
                .containsExactly(first.id(), 1);
        assertThat(test.outputs("shipped", String.class)).containsExactly("tea1");
        assertThat(test.result())
                .extracting(FlowResult::status, FlowResult::succeeded, FlowResult::openDeadLetters)
                .containsExactly(PARTIAL, 1L, 1L);

        test.replay(first, "cup").settle();
        assertThat(test.deadLetters()).isEmpty();
        assertThat(test.result())
                .extracting(FlowResult::succeeded, FlowResult::failed)
                .containsExactly(2L, 1L);
    }

    @Test
    void refusesToReplayWhatIsNotOpen(PipelineTest test) {
        test.send("?").settle();
        DeadLetter letter = test.deadLetter();
        test.replay(letter, "tea").settle();

        assertThatThrownBy(() -> test.replay(letter)).hasMessageContaining("DEAD_LETTER_NOT_OPEN");
        assertThatThrownBy(test::deadLetter).hasMessageContaining("NOT_ONE: expected one open dead letter, but were 0");
    }

    @Test
    void letsAnOperatorFailAsOftenAsItIsTold(PipelineTest test) {
        for (String operator : new String[] {"read", "items", "wanted", "unpack", "article", "stock", "shipped"}) {
            test.fail(operator, new IllegalStateException("the database is away"), 2)
                    .send("cup")
                    .settle();
            assertThat(test.deadLetters())
                    .as("two retries cover two failures of " + operator)
                    .isEmpty();
        }
        assertThat(test.outputs("shipped", String.class)).hasSize(7);

        test.fail("stock", new IllegalStateException("the database is away"), 3)
                .send("cup")
                .settle();
        assertThat(test.deadLetter().errorCode()).isEqualTo("IllegalStateException");
        assertThat(test.replay(test.deadLetter()).settle().result().status()).isEqualTo(ACK);
    }

    @Test
    void recognisesDuplicates(PipelineTest test) {
        Headers headers = Headers.NONE.with(KafkaSource.MESSAGE_ID_HEADER, "order-1");
        test.send("alice", "tea", headers).send("alice", "tea", headers).settle();

        assertThat(test.outputs("shipped")).hasSize(1);
        assertThat(test.result().status()).isEqualTo(DUPLICATE);
        assertThat(test.result().duplicateOf()).isEqualTo(test.trackingIds().getFirst());
    }

    @Test
    void sendsWhatTheTestSaysAndNoMore(PipelineTest test) {
        test.send("alice", "tea", Headers.NONE).settle();
        assertThat(test.deadLetter().errorCode()).isEqualTo("MESSAGE_ID_MISSING");

        test.sendBytes(null, new byte[] {(byte) 0xff}, Headers.NONE.with("Message-Id", "1"))
                .settle();
        assertThat(test.deadLetters().get(1).errorCode()).isEqualTo("UNDECODABLE");
    }

    @Test
    void namesWhatIsThereWhereSomethingIsNot(PipelineTest test) {
        assertThatThrownBy(() -> test.outputs("settled"))
                .hasMessage("UNKNOWN_SINK: expected one of [shipped], but was 'settled'");
        assertThatThrownBy(() -> test.fail("reed", new Exception(), 1))
                .hasMessageContaining("[read, items, wanted, unpack, article, stock, shipped], but was 'reed'");
        assertThatThrownBy(() -> test.state("stok", "count", "tea")).hasMessageContaining("[stock], but was 'stok'");
        assertThatThrownBy(() -> test.state("stock", "sum", "tea"))
                .hasMessageContaining("[count, items, attempts], but was 'sum'");
        assertThatThrownBy(() -> test.result("x")).hasMessageContaining("UNKNOWN_FLOW");
        assertThatThrownBy(test::result).hasMessageContaining("NOTHING_SENT");
        assertThatThrownBy(() -> test.send(5))
                .hasMessageContaining("UNWRITABLE")
                .hasMessageContaining("Integer");
        assertThatThrownBy(() -> test.send(5L, "tea")).hasMessageContaining("NOT_A_KEY");
    }

    @Test
    void showsIncidentsAndRetriesThem() {
        try (PipelineTest test = PipelineTest.of(Shop.pipeline(FailurePolicy.stop()))) {
            test.fail("stock", new IllegalStateException("the database is away"), 1);
            test.send("tea").settle();

            assertThat(test.incidents()).hasSize(1);
            assertThat(test.incidents().getFirst().operator()).isEqualTo("stock");
            assertThat(test.result().status()).isEqualTo(IN_PROGRESS);
            assertThat(test.verify().lag()).isPositive();

            test.retry(test.incidents().getFirst()).settle();
            assertThat(test.incidents()).isEmpty();
            assertThat(test.verify().result().status()).isEqualTo(ACK);
        }
    }
}
