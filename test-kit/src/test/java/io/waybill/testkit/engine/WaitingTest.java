package io.waybill.testkit.engine;

import static io.waybill.testkit.engine.OneTopic.read;
import static io.waybill.testkit.engine.OneTopic.written;
import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.format.v1.DeadLetterEvent;
import io.waybill.format.v1.Incident;
import io.waybill.format.v1.Outcome;
import io.waybill.format.v1.Waiting;
import io.waybill.pipeline.Context;
import io.waybill.pipeline.FailurePolicy;
import io.waybill.pipeline.KeyedProcess;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.Text;
import io.waybill.pipeline.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The waiting room (ADR 20), with the real engine on simulated ports: at most 12 wait, of one key 5. */
class WaitingTest {

    private static final Duration BACKOFF = Duration.ofMinutes(10);

    private final Set<String> away = new HashSet<>();
    private final List<String> runs = new ArrayList<>();

    private String called(String value) {
        runs.add(value);
        if (away.contains(value)) {
            throw new IllegalStateException("away: " + value);
        }
        return value;
    }

    private Pipeline calls(FailurePolicy policy) {
        return written(read(policy).map("call", this::called));
    }

    private Pipeline calls() {
        return calls(FailurePolicy.retry(3).fixed(BACKOFF).thenDeadLetter());
    }

    private Pipeline splits() {
        return written(read(FailurePolicy.retry(3).fixed(BACKOFF).thenDeadLetter())
                .splitIntoParts("parts", text -> List.of(text.split(",")), Text.serde())
                .map("call", this::called));
    }

    private static void awaitWaiting(OneThread thread, int rows) {
        thread.until(() -> thread.rows("waiting").size() == rows);
    }

    @Test
    void other_keys_pass_while_a_record_waits_and_those_of_its_own_follow_it_in_order() {
        away.add("a1");
        try (OneThread thread = new OneThread(calls())) {
            thread.send("a", "a1");
            thread.send("a", "a2");
            thread.send("b", "b1");
            thread.send("a", "a3");
            thread.send(null, "nobody's");
            thread.awaitOutputs("b1", "nobody's");
            awaitWaiting(thread, 3);
            thread.pass(BACKOFF.dividedBy(2));
            assertThat(thread.outputs()).containsExactly("b1", "nobody's");
            assertThat(runs).containsExactly("a1", "b1", "nobody's");

            away.clear();
            thread.pass(BACKOFF);
            assertThat(thread.outputs()).containsExactly("b1", "nobody's", "a1", "a2", "a3");
            assertThat(thread.rows("waiting")).isEmpty();
            assertThat(thread.rows("flow")).isEmpty();
            assertThat(thread.results()).containsOnly("ACK 1").hasSize(5);
        }
    }

    @Test
    void a_record_waits_on_when_its_process_is_killed_and_is_tried_when_it_was_due_before() {
        away.add("a1");
        try (OneThread thread = new OneThread(calls())) {
            thread.send("a", "a1");
            thread.send("a", "a2");
            awaitWaiting(thread, 2);
            Instant failed = thread.now();
            thread.pass(BACKOFF.dividedBy(2));
            away.clear();
            thread.deploy(calls());
            thread.send("b", "b1");
            thread.awaitOutputs("b1");
            assertThat(thread.outputs()).containsExactly("b1");

            thread.until(() -> thread.outputs().size() == 3);
            assertThat(thread.outputs()).containsExactly("b1", "a1", "a2");
            assertThat(Duration.between(failed, thread.now()))
                    .isBetween(BACKOFF.minusSeconds(2), BACKOFF.plusSeconds(2));
            assertThat(runs).containsExactly("a1", "b1", "a1", "a2");
        }
    }

    @Test
    void tries_are_counted_over_processes_and_end_as_the_policy_says() {
        away.add("a1");
        try (OneThread thread = new OneThread(calls())) {
            thread.send("a", "a1");
            thread.send("a", "a2");
            for (int tries = 1; tries <= 3; tries++) {
                int tried = tries;
                thread.until(() -> runs.size() == tried);
                thread.pass(Duration.ofSeconds(1));
                thread.deploy(calls());
            }
            thread.awaitOutputs("a2");

            DeadLetterEvent captured = thread.deadLetters().getFirst();
            assertThat(captured.getCaptured().getTries()).isEqualTo(4);
            assertThat(captured.getAtMs() - captured.getCaptured().getFirstFailedAtMs())
                    .isGreaterThanOrEqualTo(BACKOFF.multipliedBy(3).toMillis());
            assertThat(thread.rows("waiting")).isEmpty();
        }
    }

    @Test
    void a_resend_of_a_record_that_waits_is_a_duplicate_of_it() {
        away.add("a1");
        try (OneThread thread = new OneThread(calls())) {
            thread.send("a", "a1");
            awaitWaiting(thread, 1);
            thread.send("a", "a1");
            thread.until(() -> thread.results().contains("DUPLICATE 1"));
            away.clear();
            thread.pass(BACKOFF.multipliedBy(2));

            assertThat(thread.outputs()).containsExactly("a1");
            assertThat(thread.results()).containsExactly("DUPLICATE 1", "ACK 1");
        }
    }

    @Test
    void parts_behind_one_that_waits_wait_with_it_where_the_message_has_a_key() {
        away.add("2");
        try (OneThread thread = new OneThread(splits())) {
            thread.send("k", "1,2,3");
            thread.send("k", "4");
            thread.send("other", "5");
            thread.awaitOutputs("1", "5");
            awaitWaiting(thread, 3);
            assertThat(thread.results()).containsExactly("ACK 1");

            away.clear();
            thread.pass(BACKOFF.multipliedBy(2));
            assertThat(thread.outputs()).containsExactly("1", "5", "2", "3", "4");
            assertThat(thread.results()).containsExactly("ACK 1", "ACK 1", "ACK 1");
            assertThat(runs).containsExactly("1", "2", "5", "2", "3", "4");
        }
    }

    @Test
    void parts_of_a_message_without_a_key_go_on_and_its_result_comes_when_the_last_is_there() {
        away.addAll(List.of("2", "4"));
        try (OneThread thread = new OneThread(splits())) {
            thread.send(null, "1,2,3,4");
            thread.awaitOutputs("1", "3");
            awaitWaiting(thread, 2);
            assertThat(thread.results()).isEmpty();

            away.remove("4");
            thread.pass(BACKOFF.multipliedBy(2));
            assertThat(thread.outputs()).containsExactly("1", "3", "4");
            assertThat(thread.results()).isEmpty();
            thread.until(() -> !thread.results().isEmpty());
            assertThat(thread.results()).containsExactly("PARTIAL 1");

            away.clear();
            thread.replay(thread.deadLetters().getFirst());
            thread.awaitOutputs("1", "3", "4", "2");
            assertThat(thread.results()).containsExactly("PARTIAL 1", "ACK 2");
        }
    }

    @Test
    void where_the_room_of_a_key_is_full_the_input_waits_and_nothing_is_lost() {
        away.add("a0");
        try (OneThread thread = new OneThread(calls())) {
            List<String> sent = new ArrayList<>();
            for (int i = 0; i < 9; i++) {
                sent.add("a" + i);
                thread.send("a", "a" + i);
            }
            thread.send("b", "b");
            sent.add("b");
            awaitWaiting(thread, 5);
            thread.pass(BACKOFF.dividedBy(2));
            assertThat(thread.outputs()).isEmpty();
            assertThat(thread.rows("waiting")).hasSize(5);

            away.clear();
            thread.pass(BACKOFF);
            assertThat(thread.outputs()).containsExactlyInAnyOrderElementsOf(sent);
            assertThat(thread.outputs())
                    .filteredOn(value -> value.startsWith("a"))
                    .isSorted();
        }
    }

    @Test
    void where_the_room_is_full_the_input_waits_and_orders_of_people_do_not() {
        away.add("dead");
        try (OneThread thread =
                new OneThread(calls(FailurePolicy.retry(3).fixed(BACKOFF).thenDeadLetter()))) {
            thread.send("dead", "dead");
            thread.until(() -> !thread.deadLetters().isEmpty());
            for (int i = 0; i < 20; i++) {
                away.add("x" + i);
                thread.send(null, "x" + i);
            }
            awaitWaiting(thread, 11);
            thread.pass(Duration.ofMinutes(1));
            assertThat(thread.rows("waiting")).hasSize(11);

            away.remove("dead");
            thread.replay(thread.deadLetters().getFirst());
            thread.awaitOutputs("dead");
            away.clear();
            thread.pass(BACKOFF.multipliedBy(3));
            assertThat(thread.outputs()).hasSize(21).doesNotHaveDuplicates();
        }
    }

    @Test
    void of_a_message_with_more_parts_than_there_are_places_those_behind_one_that_waits_share_a_place() {
        away.add("2");
        try (OneThread thread = new OneThread(splits())) {
            thread.send("k", "1,2,3,4,5,6,7,8");
            thread.send("k", "9");
            thread.send("other", "x");
            thread.awaitOutputs("1", "x");
            awaitWaiting(thread, 3);
            assertThat(thread.results()).containsExactly("ACK 1");

            away.clear();
            thread.deploy(splits());
            thread.pass(BACKOFF.multipliedBy(2));
            assertThat(thread.outputs()).containsExactly("1", "x", "2", "3", "4", "5", "6", "7", "8", "9");
            assertThat(thread.results()).containsExactly("ACK 1", "ACK 1", "ACK 1");
            assertThat(thread.rows("waiting")).isEmpty();
            assertThat(thread.rows("bundle")).isEmpty();
            assertThat(thread.rows("flow")).isEmpty();
        }
    }

    @Test
    void a_policy_that_stops_after_retries_stops_the_task_until_a_person_says_so() {
        away.add("a1");
        try (OneThread thread =
                new OneThread(calls(FailurePolicy.retry(1).fixed(BACKOFF).thenStop()))) {
            thread.send("a", "a1");
            thread.send("a", "a2");
            Incident incident = thread.awaitIncident();
            assertThat(incident.getKind()).isEqualTo(Incident.Kind.TASK_STOPPED);
            thread.send("b", "b1");
            thread.pass(BACKOFF.multipliedBy(2));
            assertThat(runs).containsExactly("a1", "a1");

            thread.retry(incident);
            thread.awaitOutputs("b1");
            thread.until(() -> runs.size() == 5);
            away.clear();
            thread.retry(thread.awaitIncident());
            thread.awaitOutputs("b1", "a1", "a2");
            assertThat(thread.outputs()).containsExactly("b1", "a1", "a2");
            thread.until(() -> thread.incident() == null);
        }
    }

    @Test
    void orders_about_a_dead_letter_wait_for_the_replay_before_them_and_nobody_waits_for_it() {
        away.add("a1");
        try (OneThread thread =
                new OneThread(calls(FailurePolicy.retry(1).fixed(BACKOFF).thenDeadLetter()))) {
            thread.send("a", "a1");
            thread.until(() -> !thread.deadLetters().isEmpty());
            DeadLetterEvent captured = thread.deadLetters().getFirst();
            thread.replay(captured);
            awaitWaiting(thread, 1);
            thread.replay(captured);
            thread.send("a", "a2");
            thread.awaitOutputs("a2");
            awaitWaiting(thread, 2);
            assertThat(thread.deadLetters()).hasSize(2).last().matches(DeadLetterEvent::hasAccepted);

            thread.deploy(calls());
            away.clear();
            thread.awaitOutputs("a2", "a1");
            thread.pass(Duration.ofSeconds(1));
            assertThat(thread.deadLetters())
                    .extracting(event -> event.getEventCase().name())
                    .containsExactly("CAPTURED", "ACCEPTED", "RESOLVED", "REFUSED");
            assertThat(thread.results()).containsExactly("NACK 1", "ACK 1", "ACK 2");
            assertThat(thread.rows("waiting")).isEmpty();
        }
    }

    @Test
    void a_timer_waits_behind_its_key_and_can_still_be_cancelled_by_who_is_before_it() {
        away.add("wait");
        away.add("cancel");
        Pipeline pipeline = written(read(FailurePolicy.retry(3).fixed(BACKOFF).thenDeadLetter())
                .keyedBySource(Text.serde())
                .process("clock", () -> new Clock(this))
                .map("done", text -> text));
        try (OneThread thread = new OneThread(pipeline)) {
            thread.send("a", "set a");
            thread.send("b", "set b");
            thread.send("c", "set c");
            thread.awaitOutputs("set a", "set b", "set c");
            thread.send("a", "wait");
            thread.send("b", "cancel");
            thread.until(() -> thread.outputs().contains("fired c"));
            thread.until(() -> thread.rows("timer-waiting").size() == 2);
            assertThat(thread.rows("timer")).isEmpty();

            away.clear();
            thread.deploy(pipeline);
            thread.pass(BACKOFF.multipliedBy(2));
            assertThat(thread.outputs()).contains("wait", "cancel").endsWith("fired a");
            assertThat(thread.outputs()).doesNotContain("fired b");
            assertThat(thread.rows("waiting")).isEmpty();
            assertThat(thread.rows("timer-waiting")).isEmpty();
            assertThat(thread.rows("timer-name")).isEmpty();
        }
    }

    @Test
    void a_timer_that_fails_waits_and_its_flow_has_one_result() {
        away.add("fired a");
        Pipeline pipeline = written(read(FailurePolicy.retry(3).fixed(BACKOFF).thenDeadLetter())
                .keyedBySource(Text.serde())
                .process("clock", () -> new Clock(this))
                .map("call", this::called));
        try (OneThread thread = new OneThread(pipeline)) {
            thread.send("a", "set a");
            awaitWaiting(thread, 1);
            thread.send("b", "other");
            thread.awaitOutputs("set a", "other");
            assertThat(thread.results()).containsExactly("ACK 1", "ACK 1");

            away.clear();
            thread.awaitOutputs("set a", "other", "fired a");
            assertThat(thread.results()).containsExactly("ACK 1", "ACK 1", "ACK 1");
            assertThat(thread.rows("flow")).isEmpty();
        }
    }

    @Test
    void says_what_waits_and_until_when() {
        away.add("a1");
        try (OneThread thread = new OneThread(calls())) {
            thread.send("a", "a1");
            thread.send("a", "a2");
            awaitWaiting(thread, 2);

            List<Waiting> waiting = thread.outcomes().stream()
                    .filter(Outcome::hasWaiting)
                    .map(Outcome::getWaiting)
                    .toList();
            assertThat(waiting).extracting(Waiting::getTries).containsExactlyInAnyOrder(1, 0);
            assertThat(waiting)
                    .filteredOn(wait -> wait.getTries() == 0)
                    .allMatch(wait -> wait.getError().startsWith("BEHIND_OTHERS"));
            assertThat(waiting.getLast().getNextTryAtMs())
                    .isEqualTo(waiting.getFirst().getNextTryAtMs());
        }
    }

    private static final class Clock extends KeyedProcess<String, String, String> {

        private final WaitingTest test;

        Clock(WaitingTest test) {
            this.test = test;
        }

        @Override
        public void process(String value, Context<String, String> ctx) {
            if (value.startsWith("set")) {
                ctx.timer("alarm", ctx.now().plusSeconds(5));
            } else {
                test.called(value);
            }
            if (value.equals("cancel")) {
                ctx.cancelTimer("alarm");
            }
            ctx.emit(value);
        }

        @Override
        public void onTimer(Timer timer, Context<String, String> ctx) {
            ctx.emit("fired " + ctx.key());
        }
    }
}
