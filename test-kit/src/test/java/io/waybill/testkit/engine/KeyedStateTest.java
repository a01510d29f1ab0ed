package io.waybill.testkit.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.format.v1.DeadLetterEvent;
import io.waybill.format.v1.Incident;
import io.waybill.pipeline.Context;
import io.waybill.pipeline.FailurePolicy;
import io.waybill.pipeline.KafkaSink;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.KeyedProcess;
import io.waybill.pipeline.ListState;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.Poison;
import io.waybill.pipeline.Primitives;
import io.waybill.pipeline.Serde;
import io.waybill.pipeline.Text;
import io.waybill.pipeline.Timer;
import io.waybill.pipeline.ValueState;
import java.time.Duration;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Timers, times to live and changed declarations, with the real engine on simulated ports. */
class KeyedStateTest {

    private static final String COUNTER = "counter";

    @Test
    void a_timer_fires_after_its_time_and_before_the_next_record_of_its_key() {
        try (OneThread thread = new OneThread(pipeline(Closing::new))) {
            thread.send("k", "a");
            thread.send("k", "b");
            thread.pass(Duration.ofSeconds(4));
            assertThat(thread.outputs()).isEmpty();
            thread.awaitOutputs("k: a b");
            thread.send("k", "c");
            thread.pass(Duration.ofSeconds(10));

            assertThat(thread.outputs()).containsExactly("k: a b", "k: c");
            assertThat(thread.rows("timer")).isEmpty();
            assertThat(thread.rows("timer-name")).isEmpty();
        }
    }

    @Test
    void timers_outlive_the_process_and_come_at_once_when_it_was_away() {
        try (OneThread thread = new OneThread(pipeline(Closing::new))) {
            for (int i = 0; i < 30; i++) {
                thread.send("key-" + i, "a");
            }
            thread.until(() -> thread.rows("timer").size() == 30);
            thread.deploy(pipeline(Closing::new));
            thread.pass(Duration.ofSeconds(60));

            assertThat(thread.outputs()).hasSize(30).doesNotHaveDuplicates();
        }
    }

    @Test
    void a_timer_that_fails_is_a_dead_letter_and_fires_when_it_is_replayed() {
        try (OneThread thread = new OneThread(pipeline(Closing::new))) {
            thread.send("k", "refuse");
            thread.until(() -> !thread.deadLetters().isEmpty());
            DeadLetterEvent captured = thread.deadLetters().getFirst();
            assertThat(captured.getCaptured().getEntry()).isEqualTo("timer:" + COUNTER);
            assertThat(captured.getCaptured().getErrorCode()).isEqualTo("REFUSED");
            assertThat(captured.getCaptured().getPayload().toStringUtf8()).endsWith("Z close");
            assertThat(captured.getCaptured().getKey().toStringUtf8()).isEqualTo("k");
            assertThat(thread.rows("timer")).isEmpty();

            thread.replay(captured);
            thread.until(() -> thread.deadLetters().size() == 3);
            assertThat(thread.deadLetters().getLast().getCaptured().getTries()).isEqualTo(1);
            thread.send("k", "allow");
            thread.until(() -> thread.rows(COUNTER + "/values").size() == 3);
            thread.replay(thread.deadLetters().getLast());
            thread.until(() -> thread.deadLetters().size() == 5);

            assertThat(thread.deadLetters().getLast().hasResolved()).isTrue();
            assertThat(thread.outputs()).first().isEqualTo("k: refuse allow");
        }
    }

    @Test
    void a_replay_under_a_key_of_another_partition_is_refused() {
        try (OneThread thread = new OneThread(pipeline(Closing::new), 2)) {
            thread.send("k", "refuse");
            thread.until(() -> !thread.deadLetters().isEmpty());
            DeadLetterEvent captured = thread.deadLetters().getFirst();
            thread.replay(captured, elsewhere(captured.getPartition()));
            thread.until(() -> thread.deadLetters().size() == 2);
            assertThat(thread.deadLetters().getLast().getRefused().getReason()).contains("another task's");

            thread.send("k", "allow");
            thread.pass(Duration.ofSeconds(1));
            thread.replay(captured);
            thread.until(() -> thread.deadLetters().size() == 4);
            assertThat(thread.deadLetters().getLast().hasResolved()).isTrue();
        }
    }

    private static String elsewhere(int partition) {
        String key = "x";
        while (Utils.toPositive(Utils.murmur2(key.getBytes(UTF_8))) % 2 == partition) {
            key += "x";
        }
        return key;
    }

    @Test
    void a_timer_whose_policy_says_stop_stops_its_task_and_fires_again_after_the_repair() {
        try (OneThread thread = new OneThread(pipeline(FailurePolicy.stop(), Closing::new))) {
            thread.send("k", "refuse");
            Incident incident = thread.awaitIncident();
            assertThat(incident.getKind()).isEqualTo(Incident.Kind.TASK_STOPPED);
            assertThat(incident.getCode()).isEqualTo("REFUSED");
            thread.send("k", "b");
            thread.pass(Duration.ofSeconds(20));
            assertThat(thread.outputs()).isEmpty();

            thread.deploy(pipeline(FailurePolicy.stop(), Forgiving::new));
            thread.awaitOutputs("k: refuse");
            thread.pass(Duration.ofSeconds(20));
            assertThat(thread.outputs()).containsExactly("k: refuse", "k: b");
            thread.until(() -> thread.incident() == null);
        }
    }

    @Test
    void a_value_whose_time_is_over_is_never_returned_and_leaves_the_changelog() {
        try (OneThread thread = new OneThread(pipeline(() -> new Count(Duration.ofSeconds(10))))) {
            thread.send("a", "1");
            thread.send("b", "1");
            thread.pass(Duration.ofSeconds(8));
            thread.send("a", "2");
            thread.awaitOutputs("a=1", "b=1", "a=2");
            thread.pass(Duration.ofSeconds(8));
            thread.send("a", "3");
            thread.send("b", "2");
            thread.awaitOutputs("a=1", "b=1", "a=2", "a=3", "b=1");
            assertThat(thread.outputs()).containsExactly("a=1", "b=1", "a=2", "a=3", "b=1");

            thread.pass(Duration.ofSeconds(30));
            thread.send("c", "1");
            thread.pass(Duration.ofSeconds(1));
            thread.send("c", "2");
            thread.awaitOutputs("", "", "", "", "", "", "");
            thread.until(() -> thread.rows(COUNTER + "/count").size() == 1);
            assertThat(thread.rows(COUNTER + "/count")).containsExactly("c");
        }
    }

    @Test
    void state_of_another_format_is_refused_until_the_pipeline_says_what_becomes_of_it() {
        try (OneThread thread = new OneThread(pipeline(() -> new Count(null)))) {
            thread.send("a", "1");
            thread.send("b", "1");
            thread.send("a", "1");
            thread.awaitOutputs("a=1", "b=1", "a=2");

            thread.deploy(pipeline(TextCount::new));
            Incident incident = thread.awaitIncident();
            assertThat(incident.getCode()).isEqualTo("STATE_CHANGED");
            assertThat(incident.getDetail())
                    .contains("'counter/count' is stored as VALUE of long, but declared as VALUE of text/plain");

            thread.deploy(build(
                    named().migrateState(COUNTER + "/count", Primitives.ofLong(), count -> "x" + count, Text.serde()),
                    FailurePolicy.deadLetter(),
                    TextCount::new));
            thread.send("a", "1");
            thread.send("c", "1");
            thread.awaitOutputs("a=1", "b=1", "a=2", "a=x2+", "c=+");
            assertThat(thread.outputs()).endsWith("a=x2+", "c=+");
            thread.until(() -> thread.incident() == null);
            assertThat(thread.rows(COUNTER + "/count")).isEmpty();
            assertThat(thread.rows(COUNTER + "/count#1")).containsExactlyInAnyOrder("a", "b", "c");
            assertThat(thread.rows("state-leaving")).isEmpty();
        }
    }

    @Test
    void state_that_nobody_declares_any_more_is_refused_until_it_is_dropped() {
        try (OneThread thread = new OneThread(pipeline(() -> new Count(null)))) {
            thread.send("a", "1");
            thread.awaitOutputs("a=1");

            thread.deploy(pipeline(Forwarding::new));
            Incident incident = thread.awaitIncident();
            assertThat(incident.getCode()).isEqualTo("STATE_ORPHANED");
            assertThat(incident.getDetail()).contains(".dropState(\"counter/count\")");
            thread.send("a", "2");
            thread.pass(Duration.ofSeconds(10));
            assertThat(thread.outputs()).containsExactly("a=1");

            thread.deploy(build(named().dropState(COUNTER + "/count"), FailurePolicy.deadLetter(), Forwarding::new));
            thread.awaitOutputs("a=1", "2");
            assertThat(thread.rows(COUNTER + "/count")).isEmpty();
            assertThat(thread.rows("state")).isEmpty();

            thread.deploy(pipeline(() -> new Count(null)));
            thread.send("a", "3");
            thread.awaitOutputs("a=1", "2", "a=1");
            assertThat(thread.outputs()).endsWith("a=1");
        }
    }

    private static Pipeline.Named named() {
        return Pipeline.named(OneThread.PIPELINE);
    }

    private static Pipeline pipeline(Supplier<? extends KeyedProcess<String, String, String>> operator) {
        return pipeline(FailurePolicy.deadLetter(), operator);
    }

    private static Pipeline pipeline(
            FailurePolicy policy, Supplier<? extends KeyedProcess<String, String, String>> operator) {
        return build(named(), policy, operator);
    }

    private static Pipeline build(
            Pipeline.Named named,
            FailurePolicy policy,
            Supplier<? extends KeyedProcess<String, String, String>> operator) {
        return named.onFailure(policy)
                .from(KafkaSource.topic(OneThread.IN).value(Text.serde()))
                .withoutDeduplication()
                .keyedBySource(Text.serde())
                .process(COUNTER, operator)
                .to("sink", KafkaSink.topic(OneThread.OUT).value(Text.serde()))
                .build();
    }

    /** Says five seconds after the last value of a key what there was. */
    private static class Closing extends KeyedProcess<String, String, String> {

        final ListState<String> values = listState("values", Text.serde());

        @Override
        public void process(String value, Context<String, String> ctx) {
            values.add(value);
            ctx.timer("close", ctx.now().plusSeconds(5));
        }

        @Override
        public void onTimer(Timer timer, Context<String, String> ctx) {
            String all = String.join(" ", values.elements());
            if (all.equals("refuse") && refuses()) {
                throw Poison.because("REFUSED", "expected another value than %s", all);
            }
            values.clear();
            ctx.emit(ctx.key() + ": " + all);
        }

        boolean refuses() {
            return true;
        }
    }

    private static final class Forgiving extends Closing {
        @Override
        boolean refuses() {
            return false;
        }
    }

    private static final class Count extends KeyedProcess<String, String, String> {

        private final ValueState<Long> count = valueState("count", Primitives.ofLong());

        Count(@Nullable Duration ttl) {
            if (ttl != null) {
                var unused = count.ttl(ttl);
            }
        }

        @Override
        public void process(String value, Context<String, String> ctx) {
            count.set(count.getOr(0L) + 1);
            ctx.emit(ctx.key() + "=" + count.getOr(0L));
        }
    }

    private static final class TextCount extends KeyedProcess<String, String, String> {

        private static final Serde<String> SERDE = Text.serde();

        private final ValueState<String> count = valueState("count", SERDE);

        @Override
        public void process(String value, Context<String, String> ctx) {
            count.set(count.getOr("") + "+");
            ctx.emit(ctx.key() + "=" + count.getOr(""));
        }
    }

    private static final class Forwarding extends KeyedProcess<String, String, String> {

        @Override
        public void process(String value, Context<String, String> ctx) {
            ctx.emit(value);
        }
    }
}
