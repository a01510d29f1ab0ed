package io.waybill.testkit.engine;

import static io.waybill.testkit.engine.OneTopic.read;
import static io.waybill.testkit.engine.OneTopic.written;
import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.format.v1.DeadLetterEvent;
import io.waybill.format.v1.Incident;
import io.waybill.pipeline.CallOptions;
import io.waybill.pipeline.Context;
import io.waybill.pipeline.FailurePolicy;
import io.waybill.pipeline.KafkaSink;
import io.waybill.pipeline.KeyedProcess;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.Primitives;
import io.waybill.pipeline.Text;
import io.waybill.pipeline.Timer;
import io.waybill.pipeline.ValueState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Calls of other systems (ADR 22), with the real engine on simulated ports: a room holds 12, of one key 5. */
class CallingTest {

    private static final Duration LONG = Duration.ofSeconds(10);
    private static final Duration BACKOFF = Duration.ofMinutes(10);
    private static final FailurePolicy RETRIES =
            FailurePolicy.retry(1).fixed(BACKOFF).thenDeadLetter();

    private final Map<String, Duration> taking = new HashMap<>();
    private final Set<String> failing = new HashSet<>();
    private final List<String> calls = new ArrayList<>();
    private int inFlight;
    private int most;
    private @Nullable OneThread thread;

    private String called(String value) {
        calls.add(value);
        inFlight++;
        most = Math.max(most, inFlight);
        Duration time = taking.get(value);
        if (time != null) {
            Objects.requireNonNull(thread).work(time);
        }
        inFlight--;
        if (failing.contains(value)) {
            throw new IllegalStateException("away: " + value);
        }
        return value + "!";
    }

    private OneThread run(Pipeline pipeline) {
        OneThread started = new OneThread(pipeline);
        thread = started;
        return started;
    }

    private Pipeline calling(UnaryOperator<CallOptions> options) {
        return written(read(RETRIES).async("ask", this::called, options));
    }

    private Pipeline calling() {
        return calling(options -> options.timeout(LONG.multipliedBy(2)));
    }

    private Pipeline splitting() {
        return written(read(RETRIES)
                .splitIntoParts("parts", text -> List.of(text.split(",")), Text.serde())
                .async("ask", this::called, options -> options.timeout(LONG.multipliedBy(2))));
    }

    @Test
    void a_call_of_ten_seconds_stops_neither_other_keys_nor_checkpoints_and_those_of_its_key_follow_it() {
        taking.put("a1", LONG);
        try (OneThread thread = run(calling())) {
            Instant begun = thread.now();
            thread.send("a", "a1");
            thread.send("a", "a2");
            thread.send("b", "b1");
            thread.send(null, "nobody's");
            thread.awaitOutputs("b1!", "nobody's!");
            assertThat(Duration.between(begun, thread.now())).isLessThan(LONG.dividedBy(2));
            assertThat(thread.rows("waiting")).hasSize(2);
            assertThat(calls).containsExactlyInAnyOrder("a1", "b1", "nobody's");

            thread.until(() -> thread.outputs().size() == 4);
            assertThat(thread.outputs()).endsWith("a1!", "a2!");
            assertThat(Duration.between(begun, thread.now())).isLessThan(LONG.plusSeconds(5));
            assertThat(thread.results()).containsOnly("ACK 1").hasSize(4);
            assertThat(calls).hasSize(4);
            assertThat(thread.rows("waiting")).isEmpty();
            assertThat(thread.rows("flow")).isEmpty();
        }
    }

    @Test
    void nothing_of_a_record_has_happened_before_its_answer_and_all_of_it_once_after() {
        taking.put("a:1", LONG);
        Pipeline pipeline = written(read(RETRIES)
                .keyedBySource(Text.serde())
                .process("count", Count::new)
                .to("before", KafkaSink.topic(OneThread.OUT).value(Text.serde()))
                .async("ask", this::called, options -> options.timeout(LONG.multipliedBy(2))));
        try (OneThread thread = run(pipeline)) {
            thread.send("a", "a");
            thread.pass(LONG.dividedBy(2));
            assertThat(thread.outputs()).isEmpty();
            assertThat(thread.rows("count/count")).isEmpty();

            thread.awaitOutputs("a:1", "a:1!");
            assertThat(thread.outputs()).containsExactly("a:1", "a:1!");
            thread.send("a", "again");
            thread.awaitOutputs("a:1", "a:1!", "again:2", "again:2!");
            assertThat(thread.outputs()).containsExactly("a:1", "a:1!", "again:2", "again:2!");
        }
    }

    @Test
    void who_is_killed_while_it_waits_calls_again_and_takes_effect_once() {
        taking.put("a1", LONG);
        try (OneThread thread = run(calling())) {
            thread.send("a", "a1");
            thread.send("a", "a2");
            thread.until(() -> thread.rows("waiting").size() == 2);
            thread.deploy(calling());
            thread.awaitOutputs("a1!", "a2!");
            thread.pass(LONG.multipliedBy(2));
            assertThat(thread.outputs()).containsExactly("a1!", "a2!");
            assertThat(calls).containsExactly("a1", "a1", "a2");
            assertThat(thread.results()).containsExactly("ACK 1", "ACK 1");
        }
    }

    @Test
    void a_call_that_takes_too_long_fails_as_its_policy_says_and_its_late_answer_reaches_nobody() {
        taking.put("a1", LONG);
        Pipeline pipeline = calling(options -> options.timeout(Duration.ofSeconds(2)));
        try (OneThread thread = run(pipeline)) {
            thread.send("a", "a1");
            thread.send("a", "a2");
            thread.pass(Duration.ofMinutes(1));
            assertThat(thread.outputs()).isEmpty();
            assertThat(calls).containsExactly("a1");

            thread.awaitOutputs("a2!");
            assertThat(calls).containsExactly("a1", "a1", "a2");
            DeadLetterEvent dead = thread.deadLetters().getFirst();
            assertThat(dead.getCaptured().getErrorCode()).isEqualTo("CALL_TIMED_OUT");
            assertThat(dead.getCaptured().getOperator()).isEqualTo("ask");
            assertThat(dead.getCaptured().getTries()).isEqualTo(2);
            thread.pass(LONG.multipliedBy(2));
            assertThat(thread.outputs()).containsExactly("a2!");

            taking.clear();
            thread.replay(dead);
            thread.awaitOutputs("a2!", "a1!");
            assertThat(thread.results()).containsExactlyInAnyOrder("NACK 1", "ACK 1", "ACK 2");
        }
    }

    @Test
    void an_answer_that_comes_before_the_checkpoint_closes_leaves_no_row_in_the_changelog() {
        taking.put("slow", LONG);
        try (OneThread thread = run(calling())) {
            thread.send("k", "first");
            thread.awaitOutputs("first!");
            thread.pass(Duration.ofSeconds(1));
            long rows = thread.written("waiting");
            long flows = thread.written("flow");
            // It opens a checkpoint, which closes 100 ms later.
            thread.send("k", "second");
            thread.until(() -> thread.outputs().size() == 2);
            assertThat(thread.written("waiting")).isEqualTo(rows);
            assertThat(thread.written("flow")).isEqualTo(flows);

            thread.send("k", "slow");
            thread.until(() -> thread.outputs().size() == 3);
            assertThat(thread.written("waiting")).isEqualTo(rows + 2);
            assertThat(thread.rows("waiting")).isEmpty();
        }
    }

    @Test
    void a_call_that_fails_is_made_again_after_its_back_off() {
        failing.add("a1");
        try (OneThread thread = run(calling())) {
            thread.send("a", "a1");
            thread.send("b", "b1");
            thread.awaitOutputs("b1!");
            failing.clear();
            thread.pass(BACKOFF.dividedBy(2));
            assertThat(calls).containsExactlyInAnyOrder("a1", "b1");
            thread.awaitOutputs("b1!", "a1!");
            assertThat(calls).containsExactlyInAnyOrder("a1", "b1", "a1").endsWith("a1");
        }
    }

    @Test
    void whatever_a_call_throws_or_returns_becomes_a_dead_letter_of_its_operator() {
        Pipeline pipeline = written(read(FailurePolicy.deadLetter()).async("ask", value -> switch (value) {
            case "error" -> throw new AssertionError("as Mockito throws");
            case "checked" -> throw new Exception("checked");
            case "null" -> nothing();
            default -> value;
        }));
        try (OneThread thread = run(pipeline)) {
            List.of("error", "checked", "null", "good").forEach(value -> thread.send(value, value));
            thread.awaitOutputs("good");
            thread.until(() -> thread.deadLetters().size() == 3);
            assertThat(thread.deadLetters())
                    .extracting(event -> event.getCaptured().getErrorCode())
                    .containsExactlyInAnyOrder("AssertionError", "Exception", "NULL_RESULT");
            assertThat(thread.deadLetters())
                    .extracting(event -> event.getCaptured().getOperator())
                    .containsOnly("ask");
            assertThat(thread.rows("waiting")).isEmpty();
        }
    }

    @SuppressWarnings("NullAway") // as teams without null checks do
    private static String nothing() {
        return null;
    }

    @Test
    void no_more_calls_are_in_flight_than_were_asked_for() {
        List<String> expected = new ArrayList<>();
        try (OneThread thread = run(calling(options -> options.inFlight(3).timeout(Duration.ofMinutes(1))))) {
            for (int i = 0; i < 20; i++) {
                taking.put("v" + i, Duration.ofSeconds(1));
                thread.send("k" + i, "v" + i);
                expected.add("v" + i + "!");
            }
            thread.until(() -> thread.outputs().size() == 20);
            assertThat(most).isEqualTo(3);
            assertThat(thread.outputs()).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @Test
    void people_hear_of_an_operator_whose_calls_do_not_return_and_that_they_do() {
        taking.put("a1", Duration.ofMinutes(10));
        try (OneThread thread = run(calling(options -> options.inFlight(1).timeout(LONG)))) {
            thread.send("a", "a1");
            thread.send("b", "b1");
            Incident stuck = thread.awaitIncident();
            assertThat(stuck.getCode()).isEqualTo("CALLS_STUCK");
            assertThat(stuck.getOperator()).isEqualTo("ask");
            assertThat(stuck.getDetail()).startsWith("1 calls of task");
            assertThat(calls).containsExactly("a1");

            taking.clear();
            thread.awaitOutputs("b1!");
            thread.until(() -> thread.incident() == null);
        }
    }

    @Test
    void one_record_may_call_several_times_and_one_operator_after_another() {
        Pipeline pipeline = written(read(RETRIES)
                .flatMap("each", text -> List.of(text.split(",")))
                .async("ask", this::called)
                .async("ask-again", this::called));
        try (OneThread thread = run(pipeline)) {
            List.of("1", "2", "3").forEach(value -> taking.put(value, Duration.ofSeconds(1)));
            thread.send("a", "1,2,3");
            thread.awaitOutputs("1!!", "2!!", "3!!");
            assertThat(thread.outputs()).containsExactly("1!!", "2!!", "3!!");
            assertThat(calls).containsExactlyInAnyOrder("1", "2", "3", "1!", "2!", "3!");
            assertThat(most).isEqualTo(3);
        }
    }

    @Test
    void parts_of_a_message_with_a_key_wait_for_one_another_and_others_do_not() {
        List.of("1", "2", "3", "4").forEach(value -> taking.put(value, Duration.ofSeconds(1)));
        try (OneThread thread = run(splitting())) {
            thread.send("k", "1,2");
            thread.awaitOutputs("1!", "2!");
            assertThat(thread.outputs()).containsExactly("1!", "2!");
            assertThat(most).isEqualTo(1);

            thread.send(null, "3,4");
            thread.awaitOutputs("1!", "2!", "3!", "4!");
            assertThat(most).isEqualTo(2);
            thread.until(() -> thread.results().size() == 2);
            assertThat(thread.results()).containsExactly("ACK 1", "ACK 1");
            assertThat(thread.rows("flow")).isEmpty();
        }
    }

    @Test
    void of_a_message_with_more_parts_than_there_are_places_those_behind_one_that_calls_share_a_place() {
        taking.put("1", LONG);
        taking.put("2", LONG);
        failing.add("3");
        try (OneThread thread = run(splitting())) {
            thread.send("k", "1,2,3,4,5,6,7,8");
            thread.send("other", "x");
            thread.pass(LONG.dividedBy(2));
            assertThat(calls).containsExactlyInAnyOrder("1", "x");
            assertThat(thread.outputs()).containsExactly("x!");

            thread.until(() -> calls.contains("3"));
            failing.clear();
            thread.until(() -> thread.outputs().size() == 9);
            assertThat(thread.outputs())
                    .contains("x!")
                    .filteredOn(value -> !value.equals("x!"))
                    .isSorted();
            assertThat(thread.results()).containsExactly("ACK 1", "ACK 1");
        }
    }

    @Test
    void a_timer_calls_as_a_record_does_and_waits_behind_its_key() {
        taking.put("a", LONG);
        taking.put("fired a", LONG);
        Pipeline pipeline = written(read(RETRIES)
                .keyedBySource(Text.serde())
                .process("clock", Clock::new)
                .async("ask", this::called, options -> options.timeout(LONG.multipliedBy(2))));
        try (OneThread thread = run(pipeline)) {
            thread.send("a", "set");
            thread.awaitOutputs("set!");
            thread.send("a", "a");
            thread.until(() -> thread.rows("timer-waiting").size() == 1);
            thread.send("a", "last");
            thread.awaitOutputs("set!", "a!", "fired a!", "last!");
            assertThat(thread.outputs()).containsExactly("set!", "a!", "fired a!", "last!");
            assertThat(thread.rows("timer")).isEmpty();
            assertThat(thread.rows("timer-waiting")).isEmpty();
            thread.until(() -> thread.results().size() == 4);
        }
    }

    @Test
    void records_of_a_key_overtake_one_another_where_calls_are_unordered() {
        taking.put("a1", LONG);
        try (OneThread thread = run(calling(options -> options.unordered().timeout(LONG.multipliedBy(2))))) {
            thread.send("a", "a1");
            thread.send("a", "a2");
            thread.awaitOutputs("a2!", "a1!");
            assertThat(thread.outputs()).containsExactly("a2!", "a1!");
        }
    }

    @Test
    void a_task_that_a_call_stopped_calls_again_when_a_person_says_so() {
        failing.add("a1");
        Pipeline pipeline = written(read(FailurePolicy.stop()).async("ask", this::called));
        try (OneThread thread = run(pipeline)) {
            thread.send("a", "a1");
            thread.send("a", "a2");
            Incident incident = thread.awaitIncident();
            failing.clear();
            thread.retry(incident);
            thread.awaitOutputs("a1!", "a2!");
            assertThat(thread.outputs()).containsExactly("a1!", "a2!");
            assertThat(calls).containsExactly("a1", "a1", "a2");
        }
    }

    @Test
    void a_resend_of_a_record_that_calls_is_a_duplicate_of_it() {
        taking.put("a1", LONG);
        try (OneThread thread = run(calling())) {
            thread.send("a", "a1");
            thread.send("a", "a1");
            thread.until(() -> thread.results().contains("DUPLICATE 1"));
            thread.awaitOutputs("a1!");
            thread.pass(LONG);
            assertThat(calls).containsExactly("a1");
            assertThat(thread.results()).containsExactly("DUPLICATE 1", "ACK 1");
        }
    }

    private static final class Count extends KeyedProcess<String, String, String> {

        private final ValueState<Integer> count = valueState("count", Primitives.ofInt());

        @Override
        public void process(String value, Context<String, String> ctx) {
            int next = count.getOr(0) + 1;
            count.set(next);
            ctx.emit(value + ":" + next);
        }
    }

    private static final class Clock extends KeyedProcess<String, String, String> {

        @Override
        public void process(String value, Context<String, String> ctx) {
            if (value.equals("set")) {
                ctx.timer("alarm", ctx.now().plusSeconds(5));
            }
            ctx.emit(value);
        }

        @Override
        public void onTimer(Timer timer, Context<String, String> ctx) {
            ctx.emit("fired " + ctx.key());
        }
    }
}
