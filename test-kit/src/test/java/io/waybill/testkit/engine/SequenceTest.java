package io.waybill.testkit.engine;

import static io.waybill.testkit.engine.OneTopic.read;
import static io.waybill.testkit.engine.OneTopic.written;
import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.format.v1.DeadLetterEvent;
import io.waybill.format.v1.DeadLetterEvent.EventCase;
import io.waybill.format.v1.ReplayCommand.Action;
import io.waybill.pipeline.FailurePolicy;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.Poison;
import io.waybill.pipeline.Text;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Dead letters that keep their place (ADR 23), with the real engine on simulated ports: of one key 5 may wait. */
class SequenceTest {

    private static final Duration A_WHILE = Duration.ofSeconds(2);

    private final List<String> runs = new ArrayList<>();

    private String called(String value) {
        runs.add(value);
        if (value.startsWith("bad")) {
            throw Poison.because("BAD", "it says %s", value);
        }
        return value;
    }

    private Pipeline calls(FailurePolicy policy) {
        return written(read(policy).map("call", this::called));
    }

    private Pipeline calls() {
        return calls(FailurePolicy.deadLetterInSequence());
    }

    private Pipeline splits() {
        return written(read(FailurePolicy.deadLetterInSequence())
                .splitIntoParts("parts", text -> List.of(text.split(",")), Text.serde())
                .map("call", this::called));
    }

    private static void awaitWaiting(OneThread thread, int rows) {
        thread.until(() -> thread.rows("waiting").size() == rows);
    }

    /** In the order in which they happened. */
    private static List<DeadLetterEvent> of(OneThread thread, EventCase kind) {
        return thread.deadLetters().stream()
                .filter(event -> event.getEventCase() == kind)
                .sorted(Comparator.comparingLong(DeadLetterEvent::getAtMs))
                .toList();
    }

    private static DeadLetterEvent first(OneThread thread) {
        thread.until(() -> !thread.deadLetters().isEmpty());
        return of(thread, EventCase.CAPTURED).getFirst();
    }

    @Test
    void those_of_its_key_wait_behind_a_dead_letter_until_it_is_repaired_and_follow_it_in_order() {
        try (OneThread thread = new OneThread(calls())) {
            thread.send("a", "bad");
            thread.send("a", "a2");
            thread.send("b", "b1");
            thread.send("a", "a3");
            thread.awaitOutputs("b1");
            awaitWaiting(thread, 3);
            thread.pass(A_WHILE);
            assertThat(runs).containsExactly("bad", "b1");
            assertThat(first(thread).getCaptured().getInSequence()).isTrue();
            assertThat(thread.results()).containsExactlyInAnyOrder("NACK 1", "ACK 1");

            thread.order(first(thread), Action.REPLAY, "a1");
            thread.awaitOutputs("b1", "a1", "a2", "a3");
            assertThat(thread.outputs()).containsExactly("b1", "a1", "a2", "a3");
            assertThat(thread.rows("waiting")).isEmpty();
            assertThat(thread.rows("flow")).isEmpty();
            assertThat(thread.rows("dead-letter")).isEmpty();
            assertThat(of(thread, EventCase.RESOLVED)).hasSize(1);
        }
    }

    @Test
    void a_replay_that_fails_again_keeps_its_place() {
        try (OneThread thread = new OneThread(calls())) {
            thread.send("a", "bad");
            thread.send("a", "a2");
            awaitWaiting(thread, 2);
            thread.order(first(thread), Action.REPLAY, "bad again");
            thread.until(() -> of(thread, EventCase.CAPTURED).size() == 2);
            thread.pass(A_WHILE);
            assertThat(thread.outputs()).isEmpty();
            DeadLetterEvent again = of(thread, EventCase.CAPTURED).getLast();
            assertThat(again.getCaptured().getInSequence()).isTrue();

            thread.order(again, Action.REPLAY, "a1");
            thread.awaitOutputs("a1", "a2");
            assertThat(thread.outputs()).containsExactly("a1", "a2");
        }
    }

    @Test
    void one_that_is_skipped_lets_the_next_one_run() {
        try (OneThread thread = new OneThread(calls())) {
            thread.send("a", "bad");
            thread.send("a", "bad too");
            thread.send("a", "a3");
            awaitWaiting(thread, 3);
            thread.order(first(thread), Action.DISCARD, "");
            thread.until(() -> of(thread, EventCase.CAPTURED).size() == 2);
            thread.pass(A_WHILE);
            assertThat(runs).containsExactly("bad", "bad too");
            thread.order(of(thread, EventCase.CAPTURED).getLast(), Action.DISCARD, "");
            thread.awaitOutputs("a3");
            assertThat(thread.rows("waiting")).isEmpty();
        }
    }

    @Test
    void one_that_is_let_go_stays_open_and_can_be_replayed_later() {
        try (OneThread thread = new OneThread(calls())) {
            thread.send("a", "bad");
            thread.send("a", "a2");
            awaitWaiting(thread, 2);
            thread.order(first(thread), Action.LET_GO, "");
            thread.awaitOutputs("a2");
            DeadLetterEvent letGo = of(thread, EventCase.LET_GO).getFirst();
            assertThat(letGo.getAttempt()).isEqualTo(1);
            assertThat(thread.rows("dead-letter")).hasSize(1);
            assertThat(thread.rows("waiting")).isEmpty();

            thread.order(letGo, Action.LET_GO, "");
            thread.until(() -> of(thread, EventCase.REFUSED).size() == 1);
            assertThat(of(thread, EventCase.REFUSED).getFirst().getRefused().getReason())
                    .isEqualTo("nobody waits for it");
            thread.order(letGo, Action.REPLAY, "a1");
            thread.awaitOutputs("a2", "a1");
        }
    }

    @Test
    void it_keeps_its_place_when_its_process_is_killed_and_when_the_policy_is_another_one_then() {
        try (OneThread thread = new OneThread(calls())) {
            thread.send("a", "bad");
            thread.send("a", "a2");
            awaitWaiting(thread, 2);
            thread.deploy(calls(FailurePolicy.deadLetter()));
            thread.send("a", "a3");
            thread.send("b", "b1");
            thread.awaitOutputs("b1");
            awaitWaiting(thread, 3);
            thread.move();
            thread.pass(A_WHILE);
            assertThat(thread.outputs()).containsExactly("b1");

            thread.order(first(thread), Action.REPLAY, "a1");
            thread.awaitOutputs("b1", "a1", "a2", "a3");
            assertThat(thread.outputs()).containsExactly("b1", "a1", "a2", "a3");
        }
    }

    @Test
    void a_part_keeps_its_place_and_the_parts_behind_it_wait_with_the_messages_behind_theirs() {
        try (OneThread thread = new OneThread(splits())) {
            thread.send("a", "p1,bad,p3");
            thread.send("a", "p4");
            thread.awaitOutputs("p1");
            awaitWaiting(thread, 3);
            thread.order(first(thread), Action.REPLAY, "p2");
            thread.awaitOutputs("p1", "p2", "p3", "p4");
            assertThat(thread.outputs()).containsExactly("p1", "p2", "p3", "p4");
            assertThat(thread.rows("waiting")).isEmpty();
            assertThat(thread.rows("flow")).isEmpty();
        }
    }

    @Test
    void a_part_that_fails_in_the_replay_of_its_message_holds_up_what_its_message_did() {
        Pipeline checked = written(read(FailurePolicy.deadLetterInSequence())
                .map("read", this::called)
                .splitIntoParts("parts", text -> List.of(text.split(",")), Text.serde())
                .map("call", this::called));
        try (OneThread thread = new OneThread(checked)) {
            thread.send("a", "bad");
            thread.send("a", "m2");
            awaitWaiting(thread, 2);
            thread.order(first(thread), Action.REPLAY, "p1,bad part,p3");
            thread.awaitOutputs("p1");
            thread.until(() -> of(thread, EventCase.RESOLVED).size() == 1);
            thread.move();
            thread.pass(A_WHILE);
            assertThat(thread.outputs()).containsExactly("p1");
            DeadLetterEvent part = of(thread, EventCase.CAPTURED).getLast();
            assertThat(part.getCaptured().getPathList()).containsExactly(2);
            assertThat(part.getCaptured().getInSequence()).isTrue();

            thread.order(part, Action.REPLAY, "p2");
            thread.awaitOutputs("p1", "p2", "p3", "m2");
            assertThat(thread.outputs()).containsExactly("p1", "p2", "p3", "m2");
            assertThat(thread.rows("waiting")).isEmpty();
            assertThat(thread.rows("flow")).isEmpty();
        }
    }

    @Test
    void what_is_too_much_to_wait_becomes_dead_letters_of_the_same_sequence_and_other_keys_pass() {
        try (OneThread thread = new OneThread(calls())) {
            thread.send("a", "bad");
            for (int i = 2; i <= 8; i++) {
                thread.send("a", "a" + i);
                thread.pass(Duration.ofMillis(500));
            }
            thread.send("b", "b1");
            thread.awaitOutputs("b1");
            thread.until(() -> of(thread, EventCase.CAPTURED).size() == 4);
            List<DeadLetterEvent> captured = of(thread, EventCase.CAPTURED);
            assertThat(captured)
                    .extracting(event -> event.getCaptured().getErrorCode())
                    .containsExactly("BAD", "BEHIND_DEAD_LETTER", "BEHIND_DEAD_LETTER", "BEHIND_DEAD_LETTER");
            assertThat(captured.getLast().getCaptured().getErrorMessage())
                    .contains(first(thread).getDeadLetterId());

            // Not before the head: its key would be out of order.
            thread.order(captured.getLast(), Action.REPLAY, "a8");
            thread.until(() -> of(thread, EventCase.REFUSED).size() == 1);
            assertThat(of(thread, EventCase.REFUSED).getFirst().getRefused().getReason())
                    .isEqualTo("dead letter %s has the same key and is before it"
                            .formatted(first(thread).getDeadLetterId()));

            thread.order(first(thread), Action.REPLAY, "a1");
            thread.awaitOutputs("b1", "a1", "a2", "a3", "a4", "a5");
            thread.send("a", "a9");
            thread.pass(A_WHILE);
            assertThat(runs).doesNotContain("a6", "a9");
            for (DeadLetterEvent each : captured.subList(1, 4)) {
                thread.order(
                        each, Action.REPLAY, each.getCaptured().getPayload().toStringUtf8());
                thread.until(() -> thread.outputs()
                        .contains(each.getCaptured().getPayload().toStringUtf8()));
            }
            thread.awaitOutputs("b1", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9");
            assertThat(thread.outputs()).containsExactly("b1", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9");
            assertThat(thread.rows("waiting")).isEmpty();
        }
    }

    @Test
    void what_waits_behind_dead_letters_has_half_of_the_room_and_other_keys_pass_however_many_are_neglected() {
        try (OneThread thread = new OneThread(calls())) {
            for (String key : List.of("a", "b", "c")) {
                thread.send(key, "bad " + key);
                for (int i = 2; i <= 5; i++) {
                    thread.send(key, key + i);
                }
            }
            thread.send("d", "d1");
            thread.awaitOutputs("d1");
            // Three are dead letters by themselves, and of the twelve behind them six wait.
            assertThat(of(thread, EventCase.CAPTURED))
                    .filteredOn(event -> event.getCaptured().getErrorCode().equals("BEHIND_DEAD_LETTER"))
                    .hasSize(6);
            awaitWaiting(thread, 15);

            for (String key : List.of("c", "b", "a")) {
                for (DeadLetterEvent each : ofKey(thread, key)) {
                    String payload =
                            each.getCaptured().getPayload().toStringUtf8().replace("bad " + key, key + "1");
                    int before = Integer.parseInt(payload.substring(1)) - 1;
                    thread.until(() -> before == 0 || thread.outputs().contains(key + before));
                    thread.order(each, Action.REPLAY, payload);
                }
            }
            thread.until(() -> thread.outputs().size() == 16);
            for (String key : List.of("a", "b", "c")) {
                assertThat(thread.outputs())
                        .filteredOn(output -> output.startsWith(key))
                        .containsExactly(key + 1, key + 2, key + 3, key + 4, key + 5);
            }
            assertThat(thread.rows("waiting")).isEmpty();
        }
    }

    @Test
    void people_are_told_how_many_wait_behind_the_first_dead_letter_but_not_of_each_and_by_no_owner_twice() {
        try (OneThread thread = new OneThread(calls())) {
            thread.send("a", "bad");
            thread.send("a", "a2");
            thread.send("a", "bad too");
            thread.send("a", "a4");
            awaitWaiting(thread, 4);
            DeadLetterEvent head = first(thread);
            thread.until(() -> isTold(thread, head, 3));
            assertThat(of(thread, EventCase.BEHIND)).hasSizeLessThan(3);
            assertThat(of(thread, EventCase.BEHIND).getLast().getBehind().getSinceMs())
                    .isGreaterThanOrEqualTo(head.getAtMs());
            int told = of(thread, EventCase.BEHIND).size();
            thread.move();
            thread.pass(Duration.ofMinutes(1));
            assertThat(of(thread, EventCase.BEHIND)).hasSize(told);

            thread.order(head, Action.DISCARD, "");
            thread.until(() -> of(thread, EventCase.CAPTURED).size() == 2);
            DeadLetterEvent next = of(thread, EventCase.CAPTURED).getLast();
            thread.until(() -> isTold(thread, next, 1));
        }
    }

    /** In the order in which they were sent. */
    private static List<DeadLetterEvent> ofKey(OneThread thread, String key) {
        return of(thread, EventCase.CAPTURED).stream()
                .filter(event -> event.getCaptured().getKey().toStringUtf8().equals(key))
                .sorted(Comparator.comparingLong(
                        event -> event.getCaptured().getSource().getNextOffset()))
                .toList();
    }

    private static boolean isTold(OneThread thread, DeadLetterEvent deadLetter, int waiting) {
        return of(thread, EventCase.BEHIND).stream()
                .filter(event -> event.getDeadLetterId().equals(deadLetter.getDeadLetterId()))
                .anyMatch(event -> event.getBehind().getWaiting() == waiting);
    }

    @Test
    void a_record_without_a_key_is_a_dead_letter_that_nobody_waits_for() {
        try (OneThread thread = new OneThread(calls())) {
            thread.send(null, "bad");
            thread.send(null, "n2");
            thread.awaitOutputs("n2");
            assertThat(first(thread).getCaptured().getInSequence()).isFalse();
            assertThat(thread.rows("waiting")).isEmpty();
        }
    }
}
