package io.waybill.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.format.v1.Incident;
import io.waybill.pipeline.KafkaSink;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.Text;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may say that a task must not run, and who may say that it may again (R9). */
class HaltTest {

    private static final String STORE_AHEAD = "STORE_AHEAD";
    /** Several looks at the incidents. */
    private static final Duration A_WHILE = Duration.ofSeconds(30);

    private static Pipeline pipeline() {
        return Pipeline.named(OneThread.PIPELINE)
                .from(KafkaSource.topic(OneThread.IN).value(Text.serde()))
                .withoutDeduplication()
                .to("out", KafkaSink.topic(OneThread.OUT).value(Text.serde()))
                .build();
    }

    /** Its operator takes its time. */
    private static OneThread withLedger(int partitions) {
        OneThread[] self = new OneThread[1];
        self[0] = new OneThread(
                sink -> Pipeline.named(OneThread.PIPELINE)
                        .from(KafkaSource.topic(OneThread.IN).value(Text.serde()))
                        .withoutDeduplication()
                        .map("work", text -> {
                            self[0].work(Duration.ofMillis(10));
                            return text;
                        })
                        .to("out", KafkaSink.topic(OneThread.OUT).value(Text.serde()))
                        .to("ledger", sink)
                        .build(),
                partitions);
        return self[0];
    }

    /** As an owner with another store writes it. */
    private static Incident halted(String code, int partition) {
        return Incident.newBuilder()
                .setId("halted " + partition)
                .setKind(Incident.Kind.TASK_HALTED)
                .setOpen(true)
                .setPipeline(OneThread.PIPELINE)
                .setStage(Pipeline.SOURCE_STAGE)
                .setPartition(partition)
                .setCode(code)
                .setCause("halted:%s/%s/%d".formatted(OneThread.PIPELINE, Pipeline.SOURCE_STAGE, partition))
                .setRetryable(true)
                .build();
    }

    /** @return what the owner says whose store has seen what the log lost */
    private static Incident losesWhatOnlyTheStoreKnows(OneThread thread) {
        thread.send(0, "a");
        thread.awaitOutputs("a");
        thread.pass(A_WHILE);
        thread.lose(0, 0);
        Incident halted = thread.awaitIncident();
        assertThat(halted.getCode()).isEqualTo(STORE_AHEAD);
        return halted;
    }

    @Test
    void a_task_whose_store_knew_of_a_loss_stays_halted_where_no_store_is() {
        try (OneThread thread = new OneThread(pipeline())) {
            Incident halted = losesWhatOnlyTheStoreKnows(thread);

            thread.move();
            thread.send(0, "b");
            thread.pass(A_WHILE);

            assertThat(thread.incidents()).containsExactly(halted);
            assertThat(thread.outputs()).containsExactly("a");
        }
    }

    @Test
    void it_runs_again_there_once_a_person_has_answered() {
        try (OneThread thread = new OneThread(pipeline())) {
            Incident halted = losesWhatOnlyTheStoreKnows(thread);
            thread.move();
            thread.pass(A_WHILE);

            thread.retry(halted);

            thread.awaitOutputs("a", "a");
            assertThat(thread.incidents()).isEmpty();
        }
    }

    @Test
    void it_halts_again_where_a_person_has_answered_and_the_store_still_knows() {
        try (OneThread thread = new OneThread(pipeline())) {
            Incident halted = losesWhatOnlyTheStoreKnows(thread);

            thread.retry(halted);
            thread.pass(A_WHILE);

            assertThat(thread.incidents())
                    .singleElement()
                    .satisfies(again -> assertThat(again.getCode()).isEqualTo(STORE_AHEAD))
                    .isNotEqualTo(halted);
        }
    }

    @Test
    void a_running_task_halts_where_a_former_owner_says_late_what_only_its_store_knew() {
        try (OneThread thread = new OneThread(pipeline())) {
            thread.send(0, "a");
            thread.awaitOutputs("a");

            thread.open(halted(STORE_AHEAD, 0));
            thread.pass(A_WHILE);
            thread.send(0, "b");
            thread.pass(A_WHILE);

            assertThat(thread.outputs()).containsExactly("a");
            assertThat(thread.incidents()).containsExactly(halted(STORE_AHEAD, 0));
        }
    }

    @Test
    void a_running_task_corrects_a_former_owner_that_says_late_what_anybody_can_see() {
        try (OneThread thread = new OneThread(pipeline())) {
            thread.send(0, "a");
            thread.awaitOutputs("a");

            thread.open(halted("POSITIONS_DISAGREE", 0));
            thread.until(() -> thread.incidents().isEmpty());

            thread.send(0, "b");
            thread.awaitOutputs("a", "b");
            assertThat(thread.incidents()).isEmpty();
        }
    }

    @Test
    void two_tasks_that_must_halt_wait_for_a_sink_that_has_yet_to_commit() {
        try (OneThread thread = withLedger(2)) {
            thread.send(0, "a");
            thread.until(() -> thread.rows().size() == 1);
            thread.sinkIsReluctant(true);
            thread.send(0, "b");
            thread.send(1, "c");
            halt(thread);
            thread.pass(A_WHILE);

            thread.sinkIsReluctant(false);
            thread.pass(A_WHILE);

            assertHalted(thread);
            assertThat(thread.rows()).containsExactlyInAnyOrder("a", "b", "c");
        }
    }

    /** At some of these moments both halts meet a checkpoint that is open, and the sink does not follow the first one. */
    @ParameterizedTest
    @MethodSource("moments")
    void two_tasks_that_halt_in_one_step_commit_nothing_more_before_the_sink_has_followed(Duration moment) {
        try (OneThread thread = withLedger(2)) {
            thread.send(0, "a");
            thread.until(() -> thread.rows().size() == 1);
            thread.send(0, numbered("b"));
            thread.send(1, numbered("c"));
            halt(thread);
            thread.pass(moment);
            thread.sinkIsReluctant(true);
            thread.pass(A_WHILE);
            assertThat(thread.prepared())
                    .allSatisfy(prepared -> assertThat(thread.checkpoints()).containsOnly(prepared.sequence()));

            thread.sinkIsReluctant(false);
            thread.pass(A_WHILE);

            assertHalted(thread);
            assertThat(thread.rows()).containsExactlyInAnyOrderElementsOf(thread.outputs());
        }
    }

    /** Up to the owner's next look, each less than a checkpoint's interval after the last. */
    static Stream<Duration> moments() {
        return IntStream.range(0, 40).mapToObj(i -> Duration.ofMillis(25L * i));
    }

    /** So many that they take longer than a look. */
    private static List<String> numbered(String name) {
        return IntStream.range(0, 200).mapToObj(i -> name + i).toList();
    }

    private static void halt(OneThread thread) {
        thread.open(halted(STORE_AHEAD, 0));
        thread.open(halted(STORE_AHEAD, 1));
    }

    private static void assertHalted(OneThread thread) {
        assertThat(thread.incidents()).containsExactly(halted(STORE_AHEAD, 0), halted(STORE_AHEAD, 1));
    }

    @Test
    void offsets_that_expired_are_there_again_before_any_record_comes() {
        try (OneThread thread = new OneThread(pipeline())) {
            thread.send(0, "a");
            thread.awaitOutputs("a");
            thread.pass(A_WHILE);

            thread.expireOffsets();
            thread.until(() -> !thread.groupOffsets().isEmpty());

            assertThat(thread.groupOffsets().values()).containsExactly(1L);
            assertThat(thread.outputs()).containsExactly("a");
            assertThat(thread.incidents()).isEmpty();
        }
    }
}
