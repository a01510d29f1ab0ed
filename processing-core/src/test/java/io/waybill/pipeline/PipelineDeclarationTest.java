package io.waybill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PipelineDeclarationTest {

    private static final Deduplicate KEY_LOCAL = Deduplicate.byMessageId().keyLocal();

    @Test
    void holds_its_operators_in_order_with_their_policies() {
        FailurePolicy stop = FailurePolicy.stop();
        Pipeline pipeline = Pipeline.named("orders")
                .version(3)
                .onFailure(FailurePolicy.retry(2).thenDeadLetter())
                .from(source())
                .deduplicate(KEY_LOCAL)
                .map("trim", String::trim)
                .onFailure(stop)
                .filter("full", text -> !text.isEmpty())
                .to("out", KafkaSink.topic("out").value(Text.serde()))
                .build();

        assertThat(pipeline.operators()).extracting(Operator::name).containsExactly("trim", "full", "out");
        assertThat(pipeline.operators().getFirst().policy()).isEqualTo(stop);
        assertThat(pipeline.operators().getLast().policy().retries()).isEqualTo(2);
    }

    @Test
    void reports_all_mistakes_at_once_with_their_remedies() {
        Flow<String> flow = Pipeline.named("Orders!")
                .version(0)
                .from(source())
                .map("same", text -> text)
                .filter("same", text -> true);

        assertThatThrownBy(flow::build)
                .isInstanceOf(InvalidPipelineException.class)
                .hasMessageContaining("INVALID_PIPELINE")
                .hasMessageContaining("'Orders!'")
                .hasMessageContaining("its version must be at least 1")
                .hasMessageContaining("operator 'same': another operator has this name")
                .hasMessageContaining("does not say what happens to duplicates");
    }

    @Test
    void refuses_unordered_calls_beside_keyed_state_and_takes_them_in_another_stage() {
        KeyedFlow<String, String> flow = Pipeline.named("limits")
                .from(source())
                .withoutDeduplication()
                .async("look-up", String::trim, CallOptions::unordered)
                .keyBy("debtor", text -> text, Text.serde(), Text.serde())
                .async("fraud", String::trim, CallOptions::unordered);
        assertThat(flow.build().operators()).hasSize(3);

        KeyedFlow<String, String> stateful = flow.process("count", Echo::new);
        assertThatThrownBy(stateful::build)
                .hasMessageContaining("pipeline 'limits'")
                .hasMessageContaining("operator 'fraud': its stage keeps state by key")
                .hasMessageContaining("remove .unordered()")
                .hasMessageNotContaining("look-up");
    }

    @Test
    void refuses_calls_without_bounds_and_names_the_operator() {
        Flow<String> flow = Pipeline.named("p")
                .from(source())
                .withoutDeduplication()
                .async("many", String::trim, options -> options.inFlight(0))
                .async("long", String::trim, options -> options.timeout(Duration.ofDays(1)));

        assertThatThrownBy(flow::build)
                .hasMessageContaining("operator 'many': expected inFlight from 1 to 10000, but was 0")
                .hasMessageContaining("operator 'long': expected a timeout from 1 ms to 1 hour, but was PT24H");
    }

    private static final class Echo extends KeyedProcess<String, String, String> {

        @Override
        public void process(String value, Context<String, String> ctx) {
            ctx.emit(value);
        }
    }

    @Test
    void refuses_a_deduplication_without_scope() {
        assertThatThrownBy(() -> Pipeline.named("p")
                        .from(source())
                        .deduplicate(Deduplicate.byMessageId())
                        .build())
                .hasMessageContaining("operator 'deduplicate'")
                .hasMessageContaining(".keyLocal()");
    }

    @Test
    void refuses_a_deduplication_that_comes_late_or_twice() {
        Flow<String> flow = Pipeline.named("p")
                .from(source())
                .withoutDeduplication()
                .map("trim", String::trim)
                .deduplicate(KEY_LOCAL);

        assertThatThrownBy(flow::build)
                .hasMessageContaining("directly after the source")
                .hasMessageContaining("remove one of the two");
    }

    @Test
    @SuppressWarnings("NullAway") // teams without null checks
    void refuses_a_missing_serde_by_the_operators_name() {
        Flow<String> flow = Pipeline.named("p")
                .from(source())
                .deduplicate(KEY_LOCAL)
                .splitIntoParts("lines", text -> List.of(text), (Serde<String>) null);

        assertThatThrownBy(flow::build).hasMessageContaining("operator 'lines': it has no serde");
    }

    @Test
    void refuses_options_out_of_their_bounds() {
        assertThatThrownBy(() -> Deduplicate.byMessageId().within(Duration.ofSeconds(1)))
                .hasMessageContaining("expected a window from 1 minute");
        assertThatThrownBy(() -> FailurePolicy.retry(1_001).thenStop()).hasMessageContaining("0 to 1000 retries");
        assertThatThrownBy(() -> Backoff.fixed(Duration.ZERO)).hasMessageContaining("initial");
    }

    @Test
    void doubles_the_wait_up_to_its_maximum() {
        Backoff backoff = Backoff.exponential(Duration.ofMillis(200));
        assertThat(backoff.delay(1)).isEqualTo(Duration.ofMillis(200));
        assertThat(backoff.delay(3)).isEqualTo(Duration.ofMillis(800));
        assertThat(backoff.delay(60)).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void a_jitter_shortens_a_delay_by_chance_and_never_prolongs_it() {
        FailurePolicy policy = FailurePolicy.retry(3)
                .exponential(Duration.ofMillis(200))
                .jitter(0.5)
                .thenDeadLetter();
        RandomGenerator random = new SplittableRandom(7);
        LongSummaryStatistics delays = LongStream.generate(
                        () -> policy.backoff().delay(2, random).toMillis())
                .limit(1_000)
                .summaryStatistics();
        assertThat(delays.getMin()).isBetween(200L, 220L);
        assertThat(delays.getMax()).isBetween(380L, 400L);
        assertThatThrownBy(() -> Backoff.fixed(Duration.ofSeconds(1)).jitter(1.1))
                .hasMessageContaining("a jitter from 0 to 1, but was 1.1");
    }

    @Test
    void finds_a_message_id_in_its_order_of_precedence() {
        KafkaSource<String> source = source().messageId(record -> "from-" + record.value());
        byte[] payload = "value".getBytes(java.nio.charset.StandardCharsets.UTF_8);

        assertThat(source.identify(null, Headers.NONE, payload).messageId()).isEqualTo("from-value");
        Headers cloud = Headers.NONE.with("ce_source", "shop").with("ce_id", "7");
        assertThat(source.identify(null, cloud, payload).messageId()).isEqualTo("shop 7");
        assertThat(source.identify(null, cloud.with("Message-Id", "own"), payload)
                        .messageId())
                .isEqualTo("own");
    }

    @Test
    void refuses_an_id_of_more_than_512_bytes() {
        assertThatThrownBy(() -> source().identify(null, Headers.NONE.with("Message-Id", "ü".repeat(257)), new byte[0]))
                .isInstanceOf(Poison.class)
                .hasMessageContaining("at most 512 bytes, but was 514");
    }

    private static KafkaSource<String> source() {
        return KafkaSource.topic("in").value(Text.serde());
    }
}
