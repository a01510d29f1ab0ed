package io.waybill.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.format.v1.DeadLetterEvent;
import io.waybill.format.v1.Incident;
import io.waybill.format.v1.OwnerNote;
import io.waybill.format.v1.SuspectGroup;
import io.waybill.format.v1.SuspectRun;
import io.waybill.pipeline.CallOptions;
import io.waybill.pipeline.Context;
import io.waybill.pipeline.FailurePolicy;
import io.waybill.pipeline.KafkaSink;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.KeyedProcess;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.Text;
import io.waybill.pipeline.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Records that end their process. */
class QuarantineTest {

    private static final String QUARANTINED = "QUARANTINED";
    private static final Duration SILENCE = Duration.ofMinutes(10);

    private final AtomicInteger runs = new AtomicInteger();
    private final Runnable[] halt = new Runnable[1];
    private int inCalls;
    private int mostInCalls;
    private Consumer<Duration> take = time -> {};
    private int most = Integer.MAX_VALUE;

    private void end() {
        if (runs.incrementAndGet() <= most) {
            halt[0].run();
        }
    }

    private OneThread started(Pipeline pipeline) {
        OneThread thread = new OneThread(pipeline);
        halt[0] = thread::halt;
        take = thread::work;
        return thread;
    }

    private Pipeline mapping() {
        return Pipeline.named(OneThread.PIPELINE)
                .onFailure(FailurePolicy.stop())
                .from(KafkaSource.topic(OneThread.IN).value(Text.serde()))
                .withoutDeduplication()
                .map("work", value -> {
                    if (value.startsWith("killer")) {
                        end();
                    }
                    return value;
                })
                .to("out", KafkaSink.topic(OneThread.OUT).value(Text.serde()))
                .build();
    }

    @Test
    void a_record_that_ends_its_process_again_and_again_is_a_dead_letter_and_the_others_pass() {
        try (OneThread thread = started(mapping())) {
            for (String value : List.of("a", "b", "killer", "c")) {
                thread.send("key", value);
            }
            thread.awaitOutputs("a", "b", "c");

            assertThat(thread.outputs()).containsExactly("a", "b", "c");
            assertThat(runs).hasValue(4);
            DeadLetterEvent dead = thread.deadLetters().getFirst();
            assertThat(dead.getCaptured().getErrorCode()).isEqualTo(QUARANTINED);
            assertThat(dead.getCaptured().getPayload().toStringUtf8()).isEqualTo("killer");
            Incident incident = thread.awaitIncident();
            assertThat(incident.getKind()).isEqualTo(Incident.Kind.QUARANTINED);
            assertThat(incident.getDetail()).contains(dead.getDeadLetterId(), "4 processes");
        }
    }

    @Test
    void one_that_ends_its_process_less_often_passes_in_its_place() {
        most = 3;
        try (OneThread thread = started(mapping())) {
            for (String value : List.of("a", "killer", "c")) {
                thread.send("key", value);
            }
            thread.awaitOutputs("a", "killer", "c");

            assertThat(thread.outputs()).containsExactly("a", "killer", "c");
            assertThat(thread.deadLetters()).isEmpty();
        }
    }

    @Test
    void a_replay_runs_alone_and_is_quarantined_again_at_once() {
        try (OneThread thread = started(mapping())) {
            thread.send("key", "killer");
            thread.until(() -> !thread.deadLetters().isEmpty());

            thread.replay(thread.deadLetters().getFirst());
            thread.until(() -> thread.deadLetters().stream()
                            .filter(DeadLetterEvent::hasCaptured)
                            .count()
                    == 2);

            assertThat(runs).hasValue(5);
            assertThat(thread.deadLetters().getLast().getCaptured().getErrorCode())
                    .isEqualTo(QUARANTINED);
        }
    }

    @Test
    void the_incident_closes_when_a_replay_passes() {
        most = 4;
        try (OneThread thread = started(mapping())) {
            thread.send("key", "killer");
            thread.until(() -> !thread.deadLetters().isEmpty());

            thread.replay(thread.deadLetters().getFirst());
            thread.awaitOutputs("killer");

            thread.until(() -> thread.incident() == null);
        }
    }

    @Test
    void an_out_of_memory_error_counts_although_the_process_lives() {
        Pipeline pipeline = Pipeline.named(OneThread.PIPELINE)
                .from(KafkaSource.topic(OneThread.IN).value(Text.serde()))
                .withoutDeduplication()
                .map("work", value -> {
                    if (value.equals("huge")) {
                        runs.incrementAndGet();
                        throw new OutOfMemoryError("simulated");
                    }
                    return value;
                })
                .to("out", KafkaSink.topic(OneThread.OUT).value(Text.serde()))
                .build();
        try (OneThread thread = started(pipeline)) {
            thread.send("key", "huge");
            thread.send("key", "next");
            thread.awaitOutputs("next");

            assertThat(runs).hasValue(4);
            assertThat(thread.deadLetters().getFirst().getCaptured().getErrorCode())
                    .isEqualTo(QUARANTINED);
        }
    }

    @Test
    void one_part_that_ends_its_process_leaves_the_others() {
        Pipeline pipeline = Pipeline.named(OneThread.PIPELINE)
                .from(KafkaSource.topic(OneThread.IN).value(Text.serde()))
                .withoutDeduplication()
                .splitIntoParts("parts", value -> List.of(value.split(",", -1)), Text.serde())
                .map("work", value -> {
                    if (value.equals("killer")) {
                        end();
                    }
                    return value;
                })
                .to("out", KafkaSink.topic(OneThread.OUT).value(Text.serde()))
                .build();
        try (OneThread thread = started(pipeline)) {
            thread.send("key", "a,killer,b");
            thread.awaitOutputs("a", "b");

            assertThat(thread.outputs()).containsExactly("a", "b");
            assertThat(runs).hasValue(4);
            assertThat(thread.deadLetters().getFirst().getCaptured().getPathList())
                    .containsExactly(2);
        }
    }

    @Test
    void parts_are_noted_in_groups_and_one_by_one_only_where_the_last_process_ended() {
        Pipeline pipeline = Pipeline.named(OneThread.PIPELINE)
                .from(KafkaSource.topic(OneThread.IN).value(Text.serde()))
                .withoutDeduplication()
                .splitIntoParts("parts", value -> List.of(value.split(",", -1)), Text.serde())
                .map("work", value -> {
                    if (value.equals("killer")) {
                        end();
                    }
                    return value;
                })
                .to("out", KafkaSink.topic(OneThread.OUT).value(Text.serde()))
                .build();
        try (OneThread thread = started(pipeline)) {
            thread.send("key", "1,2,3,killer,5,6,7,8");
            thread.awaitOutputs("1", "2", "3", "5", "6", "7", "8");

            assertThat(thread.deadLetters().getFirst().getCaptured().getPathList())
                    .containsExactly(4);
            // With groups of three the message and two parts are the first of them, the killer is in the second.
            assertThat(thread.notes().stream().flatMap(QuarantineTest::running))
                    .containsExactly("group 0", "group 1", "group 0", "[3]", "[4]", "group 0", "[3]", "[4]");
        }
    }

    private static Stream<String> running(OwnerNote note) {
        return Stream.concat(
                note.getGroupList().stream()
                        .filter(SuspectGroup::getRunning)
                        .map(group -> "group " + group.getNumber()),
                note.getSuspect().getRunsList().stream()
                        .filter(SuspectRun::getRunning)
                        .map(run -> run.getPathList().toString()));
    }

    @Test
    void processes_that_end_while_a_message_waits_for_its_retry_are_held_against_nothing() {
        boolean[] isBack = new boolean[1];
        Pipeline pipeline = Pipeline.named(OneThread.PIPELINE)
                .onFailure(FailurePolicy.retry(3).fixed(Duration.ofMinutes(10)).thenDeadLetter())
                .from(KafkaSource.topic(OneThread.IN).value(Text.serde()))
                .withoutDeduplication()
                .map("call", value -> {
                    runs.incrementAndGet();
                    if (!isBack[0]) {
                        throw new IllegalStateException("the other system is away");
                    }
                    return value;
                })
                .to("out", KafkaSink.topic(OneThread.OUT).value(Text.serde()))
                .build();
        try (OneThread thread = started(pipeline)) {
            thread.send("key", "waiting");
            thread.until(() -> runs.get() == 1);
            for (int lives = 1; lives <= 6; lives++) {
                thread.pass(Duration.ofSeconds(5));
                thread.deploy(pipeline);
            }
            isBack[0] = true;
            thread.awaitOutputs("waiting");

            assertThat(runs).hasValue(2);

            assertThat(thread.deadLetters()).isEmpty();
            assertThat(thread.notes().stream().flatMap(QuarantineTest::running)).containsOnly("group 0");
        }
    }

    @Test
    void a_message_whose_operator_hangs_until_nobody_is_left_is_a_dead_letter_in_the_end() {
        OneThread[] in = new OneThread[1];
        Pipeline pipeline = Pipeline.named(OneThread.PIPELINE)
                .onFailure(FailurePolicy.retry(200).fixed(Duration.ofMillis(50)).thenDeadLetter())
                .from(KafkaSource.topic(OneThread.IN).value(Text.serde()))
                .withoutDeduplication()
                .map("work", value -> {
                    if (value.equals("hang")) {
                        in[0].work(Duration.ofMinutes(2));
                    }
                    return value;
                })
                .to("out", KafkaSink.topic(OneThread.OUT).value(Text.serde()))
                .build();
        try (OneThread thread = started(pipeline)) {
            in[0] = thread;
            thread.send("key", "hang");
            thread.send("key", "next");
            thread.awaitOutputs("next");

            assertThat(thread.deadLetters().getFirst().getCaptured().getErrorCode())
                    .isEqualTo(QUARANTINED);
            assertThat(thread.deadLetters()
                            .getFirst()
                            .getCaptured()
                            .getPayload()
                            .toStringUtf8())
                    .isEqualTo("hang");
        }
    }

    @Test
    void a_timer_that_ends_its_process_is_a_dead_letter_and_the_others_fire() {
        Pipeline pipeline = Pipeline.named(OneThread.PIPELINE)
                .from(KafkaSource.topic(OneThread.IN).value(Text.serde()))
                .withoutDeduplication()
                .keyedBySource(Text.serde())
                .process("wake", () -> new Waking(this::end))
                .to("out", KafkaSink.topic(OneThread.OUT).value(Text.serde()))
                .build();
        try (OneThread thread = started(pipeline)) {
            thread.send("key", "killer");
            thread.send("key", "good");
            thread.awaitOutputs("good");

            thread.until(() -> !thread.deadLetters().isEmpty());
            assertThat(thread.outputs()).containsExactly("good");
            assertThat(runs).hasValue(4);
            assertThat(thread.deadLetters().getFirst().getCaptured().getOperator())
                    .isEqualTo("wake");
        }
    }

    @Test
    void crashes_alone_quarantine_nothing() {
        try (OneThread thread = started(mapping())) {
            for (int i = 0; i < 20; i++) {
                thread.send("key", "record " + i);
                thread.deploy(mapping());
                thread.pass(Duration.ofMillis(300));
            }
            thread.until(() -> thread.outputs().size() == 20);
            assertThat(thread.deadLetters()).isEmpty();
        }
    }

    private static final class Waking extends KeyedProcess<String, String, String> {

        private final Runnable end;

        Waking(Runnable end) {
            this.end = end;
        }

        @Override
        public void process(String value, Context<String, String> ctx) {
            ctx.timer(value, ctx.now().plusSeconds(1));
        }

        @Override
        public void onTimer(Timer timer, Context<String, String> ctx) {
            if (timer.name().equals("killer")) {
                end.run();
            }
            ctx.emit(timer.name());
        }
    }

    private Pipeline calling(UnaryOperator<CallOptions> options) {
        return Pipeline.named(OneThread.PIPELINE)
                .from(KafkaSource.topic(OneThread.IN).value(Text.serde()))
                .withoutDeduplication()
                .async(
                        "ask",
                        value -> {
                            inCalls++;
                            mostInCalls = Math.max(mostInCalls, inCalls);
                            take.accept(taking(value));
                            inCalls--;
                            if (value.startsWith("killer")) {
                                end();
                            }
                            return value;
                        },
                        options)
                .to("out", KafkaSink.topic(OneThread.OUT).value(Text.serde()))
                .build();
    }

    @Test
    void a_record_whose_call_ends_its_process_is_a_dead_letter_and_those_that_call_beside_it_pass() {
        try (OneThread thread = started(calling(options -> options))) {
            for (String value : List.of("a", "slow b", "killer", "c", "slow d")) {
                thread.send(value, value);
            }
            thread.awaitOutputs("a", "slow b", "c", "slow d");

            assertThat(thread.outputs()).containsExactlyInAnyOrder("a", "slow b", "c", "slow d");
            assertThat(thread.deadLetters())
                    .singleElement()
                    .satisfies(dead ->
                            assertThat(dead.getCaptured().getErrorCode()).isEqualTo(QUARANTINED));
            // Its place in the waiting room is another name for it: what was held against the record begins anew there.
            assertThat(runs.get()).isBetween(4, 7);
        }
    }

    @Test
    void a_call_that_ends_its_process_less_often_passes() {
        most = 3;
        try (OneThread thread = started(calling(options -> options))) {
            for (String value : List.of("a", "killer", "c")) {
                thread.send(value, value);
            }
            thread.awaitOutputs("a", "killer", "c");

            assertThat(thread.deadLetters()).isEmpty();
        }
    }

    private static Duration taking(String value) {
        return value.startsWith("silent") ? SILENCE : Duration.ofMillis(value.startsWith("slow") ? 900 : 300);
    }

    @Test
    void a_call_that_is_not_answered_keeps_others_waiting_for_two_seconds_only() {
        Pipeline pipeline = calling(options -> options.timeout(SILENCE.multipliedBy(2)));
        try (OneThread thread = started(pipeline)) {
            List<String> values =
                    IntStream.range(0, 8).mapToObj(i -> "slow " + i).toList();
            thread.send("silent", "silent");
            thread.until(() -> inCalls == 1);
            thread.deploy(pipeline);
            Instant begun = thread.now();

            values.forEach(value -> thread.send(value, value));
            thread.awaitOutputs(values.toArray(String[]::new));

            // Its restart takes some of it.
            assertThat(Duration.between(begun, thread.now())).isLessThan(Duration.ofMinutes(1));
            thread.until(() -> thread.outputs().contains("silent"));
        }
    }

    @Test
    void after_an_exit_calls_are_under_way_for_one_group_at_a_time() {
        Pipeline pipeline = calling(options -> options);
        try (OneThread thread = started(pipeline)) {
            List<String> values =
                    IntStream.range(0, 8).mapToObj(i -> "slow " + i).toList();
            values.forEach(value -> thread.send(value, value));
            thread.until(() -> inCalls == values.size());

            inCalls = 0;
            mostInCalls = 0;
            thread.deploy(pipeline);
            thread.awaitOutputs(values.toArray(String[]::new));

            assertThat(thread.outputs()).containsExactlyInAnyOrderElementsOf(values);
            assertThat(mostInCalls).isEqualTo(SimulatedEngine.CAREFUL_RECORDS);
        }
    }
}
