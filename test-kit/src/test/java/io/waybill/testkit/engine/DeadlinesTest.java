package io.waybill.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.format.TrackingId;
import io.waybill.format.v1.Awaited;
import io.waybill.format.v1.DeadLetterEvent;
import io.waybill.format.v1.Incident;
import io.waybill.format.v1.Outcome;
import io.waybill.format.v1.PipelineOrder.Wanted;
import io.waybill.pipeline.Deduplicate;
import io.waybill.pipeline.FailurePolicy;
import io.waybill.pipeline.Flow;
import io.waybill.pipeline.InvalidPipelineException;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.Text;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Deadlines of flows (ADR 28), with the real engine on simulated ports. */
class DeadlinesTest {

    private static final Duration BACKOFF = Duration.ofMinutes(10);
    private static final Duration DEADLINE = Duration.ofMinutes(2);
    private static final Duration A_WHILE = Duration.ofSeconds(20);

    private final Set<String> away = new HashSet<>();

    private String called(String value) {
        if (away.contains(value)) {
            throw new IllegalStateException("away: " + value);
        }
        return value;
    }

    private static Flow<String> read(Pipeline.Named named) {
        return named.onFailure(FailurePolicy.retry(9).fixed(BACKOFF).thenDeadLetter())
                .from(KafkaSource.topic(OneThread.IN).value(Text.serde()))
                .deduplicate(Deduplicate.byMessageId().keyLocal());
    }

    private static Pipeline.Named due() {
        return Pipeline.named(OneThread.PIPELINE).flowDeadline(DEADLINE);
    }

    private Pipeline calls(Pipeline.Named named) {
        return OneTopic.written(read(named).map("call", this::called));
    }

    /** Parts that are re-keyed before they are called. */
    private Pipeline stages(Pipeline.Named named) {
        return OneTopic.written(read(named)
                .splitIntoParts("parts", text -> List.of(text.split(",")), Text.serde())
                .keyBy("keyed", text -> text, Text.serde(), Text.serde())
                .map("call", this::called));
    }

    private static List<Outcome> overdue(OneThread thread) {
        return thread.outcomes().stream().filter(Outcome::hasOverdue).toList();
    }

    @Test
    void a_flow_that_is_not_done_in_time_becomes_an_incident_that_says_where_it_waits_and_closes_when_it_is_done() {
        away.add("a1");
        try (OneThread thread = new OneThread(calls(due()))) {
            thread.send("a", "a1");
            thread.send("b", "b1");
            thread.awaitOutputs("b1");
            thread.pass(DEADLINE.minus(A_WHILE));
            assertThat(thread.incidents()).isEmpty();
            assertThat(overdue(thread)).isEmpty();
            thread.pass(A_WHILE.multipliedBy(2));

            Incident incident = thread.awaitIncident();
            Outcome said = overdue(thread).getFirst();
            assertThat(overdue(thread)).hasSize(1);
            assertThat(said.getOverdue().getDueMs() - said.getOverdue().getBegunAtMs())
                    .isEqualTo(DEADLINE.toMillis());
            assertThat(said.getAtMs() - said.getOverdue().getDueMs()).isBetween(0L, 2_000L);
            assertThat(said.getOverdue().getAwaitedList())
                    .containsExactly(Awaited.newBuilder()
                            .setStage("source")
                            .setRecords(1)
                            .build());
            assertThat(incident.getKind()).isEqualTo(Incident.Kind.FLOW_OVERDUE);
            assertThat(incident.getTrackingId()).isEqualTo(said.getTrackingId());
            assertThat(incident.getTitle()).isEqualTo("A flow of pipeline one is overdue");
            assertThat(incident.getDetail())
                    .contains("flow " + TrackingId.of(said.getTrackingId()), "waits for its record in stage 'source'");

            away.clear();
            thread.pass(BACKOFF);
            thread.until(() -> thread.incidents().isEmpty());
            assertThat(thread.results()).containsExactly("ACK 1", "ACK 1");
            assertThat(overdue(thread)).hasSize(1);
            nothingIsLeft(thread);
        }
    }

    /** The only open incident says so. */
    private static void awaitTold(OneThread thread, Predicate<Incident> so) {
        thread.until(() ->
                thread.incidents().size() == 1 && so.test(thread.incidents().getFirst()));
    }

    private static void nothingIsLeft(OneThread thread) {
        assertThat(thread.rows("deadline")).isEmpty();
        assertThat(thread.rows("overdue")).isEmpty();
        assertThat(thread.rows("overdue-count")).isEmpty();
        assertThat(thread.rows("flow")).isEmpty();
    }

    @Test
    void a_deadline_survives_the_process_and_its_disk_and_so_does_what_is_overdue() {
        away.add("a1");
        try (OneThread thread = new OneThread(calls(due()))) {
            thread.send("a", "a1");
            thread.until(() -> thread.rows("deadline").size() == 1);
            thread.move();
            thread.pass(DEADLINE.plus(A_WHILE));
            Incident incident = thread.awaitIncident();

            thread.move();
            thread.pass(A_WHILE);
            assertThat(thread.incidents()).containsExactly(incident);
            assertThat(overdue(thread)).hasSize(1);

            away.clear();
            thread.pass(BACKOFF);
            thread.until(() -> thread.incidents().isEmpty());
            nothingIsLeft(thread);
        }
    }

    @Test
    void many_flows_that_are_overdue_are_one_incident_that_says_how_many() {
        List<String> values = List.of("a1", "b1", "c1", "d1", "e1", "f1", "g1");
        away.addAll(values);
        try (OneThread thread = new OneThread(calls(due()))) {
            values.forEach(value -> thread.send(value.substring(0, 1), value));
            thread.pass(DEADLINE.plus(A_WHILE));
            awaitTold(thread, incident -> incident.getTitle().equals("7 flows of pipeline one are overdue"));
            assertThat(overdue(thread)).hasSize(7);
            assertThat(thread.incidents().getFirst().getDetail().split("; ", -1))
                    .hasSize(5)
                    .allSatisfy(flow -> assertThat(flow).startsWith("flow "));

            values.subList(1, 7).forEach(away::remove);
            thread.pass(BACKOFF.plus(A_WHILE));
            awaitTold(thread, incident -> incident.getTitle().equals("A flow of pipeline one is overdue"));
            assertThat(thread.rows("overdue")).hasSize(1);
        }
    }

    @Test
    void the_part_that_is_missing_in_a_later_stage_is_named_by_its_path() {
        away.add("y");
        away.add("z");
        try (OneThread thread = new OneThread(stages(due()))) {
            thread.send("a", "x,y,z");
            thread.pass(DEADLINE.plus(A_WHILE));
            Incident incident = thread.awaitIncident();
            assertThat(incident.getStage()).isEqualTo("completion");
            assertThat(incident.getDetail()).contains("waits for 2 records in stage 'keyed'");

            away.remove("y");
            thread.pass(BACKOFF.plus(A_WHILE));
            awaitTold(thread, next -> next.getDetail().contains("waits for part 3 in stage 'keyed'"));

            away.clear();
            thread.pass(BACKOFF);
            thread.until(() -> thread.incidents().isEmpty());
            assertThat(thread.results()).containsExactly("ACK 1");
        }
    }

    @Test
    void a_flow_has_its_result_when_what_failed_is_a_dead_letter_and_its_repair_has_no_deadline() {
        try (OneThread thread = new OneThread(
                OneTopic.written(due().from(KafkaSource.topic(OneThread.IN).value(Text.serde()))
                        .deduplicate(Deduplicate.byMessageId().keyLocal())
                        .keyBy("keyed", text -> text, Text.serde(), Text.serde())
                        .map("call", this::called)))) {
            away.add("a1");
            thread.send("a", "a1");
            thread.until(() -> thread.results().size() == 1);
            thread.pass(DEADLINE.plus(A_WHILE));
            DeadLetterEvent captured = thread.deadLetters().getFirst();
            assertThat(captured.hasCaptured()).isTrue();
            assertThat(overdue(thread)).isEmpty();
            assertThat(thread.incidents()).isEmpty();
            assertThat(thread.results()).containsExactly("NACK 1");
        }
    }

    @Test
    void while_people_want_it_paused_nobody_is_late_and_what_is_late_then_is_said_when_it_goes_on() {
        away.add("a1");
        try (OneThread thread = new OneThread(calls(due()))) {
            thread.send("a", "a1");
            thread.until(() -> thread.rows("deadline").size() == 1);
            thread.want(Wanted.PAUSED);
            thread.pass(DEADLINE.plus(A_WHILE));
            assertThat(thread.incidents()).isEmpty();

            thread.want(Wanted.RUNNING);
            thread.awaitIncident();
            assertThat(overdue(thread)).hasSize(1);
        }
    }

    @Test
    void a_version_that_declares_no_deadline_forgets_those_of_before() {
        away.add("a1");
        away.add("b1");
        try (OneThread thread = new OneThread(calls(due()))) {
            thread.send("a", "a1");
            thread.pass(DEADLINE.plus(A_WHILE));
            thread.awaitIncident();
            thread.send("b", "b1");
            thread.until(() -> thread.rows("deadline").size() == 1);

            thread.deploy(calls(Pipeline.named(OneThread.PIPELINE)));
            thread.until(() -> thread.incidents().isEmpty());
            assertThat(thread.rows("deadline")).isEmpty();
            assertThat(thread.rows("overdue")).isEmpty();
            assertThat(thread.rows("overdue-count")).isEmpty();

            away.clear();
            thread.pass(BACKOFF.multipliedBy(2));
            assertThat(thread.results()).containsExactly("ACK 1", "ACK 1");
        }
    }

    @Test
    void flows_that_wait_when_their_pipeline_gains_a_stage_take_their_deadlines_along() {
        away.add("a1");
        try (OneThread thread = new OneThread(calls(due()))) {
            thread.send("a", "a1");
            thread.until(() -> thread.rows("deadline").size() == 1);
            thread.pass(BACKOFF.dividedBy(2));
            thread.awaitIncident();

            away.clear();
            thread.deploy(OneTopic.written(
                    read(due()).map("call", this::called).keyBy("keyed", text -> text, Text.serde(), Text.serde())));
            thread.until(() -> thread.results().size() == 1);
            thread.until(() -> thread.incidents().isEmpty());
            nothingIsLeft(thread);
        }
    }

    @Test
    void a_deadline_of_nothing_or_of_ages_is_refused() {
        for (Duration wrong : List.of(Duration.ZERO, Duration.ofDays(-1), Duration.ofDays(367))) {
            assertThatThrownBy(() -> calls(Pipeline.named(OneThread.PIPELINE).flowDeadline(wrong)))
                    .isInstanceOf(InvalidPipelineException.class)
                    .hasMessageContaining("flowDeadline must be 1 ms to 366 days, but was " + wrong);
        }
    }
}
