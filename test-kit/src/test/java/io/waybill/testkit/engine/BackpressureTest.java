package io.waybill.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.format.v1.OperatorVitals;
import io.waybill.format.v1.TaskReport;
import io.waybill.format.v1.ThreadReport;
import io.waybill.format.v1.Vitals;
import io.waybill.pipeline.Deduplicate;
import io.waybill.pipeline.FailurePolicy;
import io.waybill.pipeline.KafkaSink;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.Text;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a thread tells of its time, and what holds records back, with the real engine on simulated ports. */
class BackpressureTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    private boolean away;
    private Duration work = Duration.ZERO;
    private OneThread thread = new OneThread(pipeline(source()), 2);

    @AfterEach
    void end() {
        thread.close();
    }

    private void start(KafkaSource<String> source) {
        thread.close();
        thread = new OneThread(pipeline(source), 2);
    }

    private static KafkaSource<String> source() {
        return KafkaSource.topic(OneThread.IN).value(Text.serde());
    }

    private Pipeline pipeline(KafkaSource<String> source) {
        return Pipeline.named(OneThread.PIPELINE)
                .onFailure(FailurePolicy.retry(1_000).fixed(Duration.ofHours(1)).thenDeadLetter())
                .from(source)
                .withoutDeduplication()
                .flatMap("words", text -> List.of(text.split(",")))
                .map("call", this::called)
                .to("out", KafkaSink.topic(OneThread.OUT).value(Text.serde()))
                .build();
    }

    private String called(String value) {
        if (!work.isZero()) {
            thread.work(work);
        }
        if (away) {
            throw new IllegalStateException("away");
        }
        return value;
    }

    private void send(int partition, int count) {
        thread.send(
                partition,
                IntStream.range(0, count).mapToObj(i -> partition + "-" + i).toList());
    }

    private ThreadReport last() {
        List<ThreadReport> reports = thread.reports();
        return reports.get(reports.size() - 1);
    }

    private TaskReport last(int partition) {
        return last().getTasksList().stream()
                .filter(task ->
                        task.getPartition() == partition && task.getStage().equals(Pipeline.SOURCE_STAGE))
                .findFirst()
                .orElseThrow();
    }

    private OperatorVitals operator(String name) {
        return last().getVitals().getOperatorsList().stream()
                .filter(operator -> operator.getOperator().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void a_thread_that_works_all_the_time_is_busy_and_says_which_operator_takes_it() {
        work = Duration.ofMillis(10);
        send(0, 4_000);
        thread.pass(LONG);
        Vitals vitals = last().getVitals();
        assertThat(vitals.getBusyPercent()).isGreaterThan(80);
        assertThat(vitals.getBackpressuredPercent()).isZero();
        assertThat(last().getVitals().getCheckpointMicros()).isPositive();
        assertThat(operator("call").getPerSecond()).isBetween(80.0, 100.0);
        assertThat(operator("call").getMeanMicros()).isBetween(9_900L, 10_100L);
        assertThat(operator("call").getBusyPercent()).isBetween(80, vitals.getBusyPercent());
        assertThat(operator("words").getMeanMicros()).isLessThan(100);
        assertThat(last(0).getPerSecond()).isBetween(80.0, 100.0);
        assertThat(last(0).getBound()).isEqualTo(TaskReport.Bound.NONE);
    }

    @Test
    void what_an_operator_emits_is_counted_by_the_next_one() {
        thread.send(0, IntStream.range(0, 100).mapToObj(i -> i + ",b,c").toList());
        thread.awaitOutputs(new String[300]);
        thread.until(() ->
                last().getVitals().getOperatorsCount() > 0 && operator("words").getPerSecond() > 0);
        assertThat(operator("call").getPerSecond())
                .isBetween(
                        operator("words").getPerSecond() * 2.9,
                        operator("words").getPerSecond() * 3.1);
    }

    @Test
    void a_thread_that_has_nothing_to_do_is_idle_and_stops_saying_so() {
        send(0, 10);
        thread.pass(LONG);
        Vitals vitals = last().getVitals();
        assertThat(vitals.getBusyPercent() + vitals.getCommittingPercent() + vitals.getBackpressuredPercent())
                .isLessThan(3);
        int before = thread.reports().size();
        thread.pass(Duration.ofMinutes(5));
        assertThat(thread.reports()).hasSize(before);
    }

    @Test
    void a_full_waiting_room_holds_the_input_back_and_is_named() {
        away = true;
        send(0, 100);
        thread.pass(LONG);
        assertThat(last(0).getBound()).isEqualTo(TaskReport.Bound.WAITING_ROOM);
        assertThat(last().getVitals().getBackpressuredPercent()).isGreaterThan(90);
        assertThat(last(1).getBound()).isEqualTo(TaskReport.Bound.NONE);
    }

    @Test
    void a_thread_whose_input_is_held_back_waits_also_where_the_rate_limit_would_let_more_in() {
        start(source().rateLimit(1_000));
        away = true;
        send(0, 100);
        thread.pass(LONG);
        assertThat(last(0).getBound()).isEqualTo(TaskReport.Bound.WAITING_ROOM);
        assertThat(last().getVitals().getBackpressuredPercent()).isGreaterThan(90);
        assertThat(last().getVitals().getBusyPercent()).isLessThan(5);
    }

    @Test
    void a_source_with_a_rate_limit_is_taken_up_no_faster_and_in_turn_by_all_its_partitions() {
        start(source().rateLimit(20));
        send(0, 200);
        send(1, 200);
        Instant begun = thread.now();
        thread.until(() -> thread.outputs().size() >= 40);
        assertThat(thread.outputs().stream()
                        .filter(value -> value.startsWith("0-"))
                        .count())
                .isBetween(15L, 25L);
        thread.awaitOutputs(new String[400]);
        assertThat(Duration.between(begun, thread.now())).isBetween(Duration.ofSeconds(19), Duration.ofSeconds(22));
        assertThat(thread.reports().stream()
                        .flatMap(report -> report.getTasksList().stream())
                        .map(TaskReport::getBound))
                .contains(TaskReport.Bound.RATE_LIMIT);
    }

    @Test
    void what_people_order_is_not_held_up_by_the_rate_limit() {
        Pipeline refusing = Pipeline.named(OneThread.PIPELINE)
                .onFailure(FailurePolicy.deadLetter())
                .from(source().rateLimit(0.01))
                .deduplicate(Deduplicate.byMessageId().keyLocal())
                .map("call", this::called)
                .to("out", KafkaSink.topic(OneThread.OUT).value(Text.serde()))
                .build();
        thread.close();
        thread = new OneThread(refusing, 1);
        away = true;
        thread.send("key", "first");
        thread.until(() -> !thread.deadLetters().isEmpty());
        thread.send("key", "second");
        away = false;
        Instant ordered = thread.now();
        thread.replay(thread.deadLetters().getFirst());
        thread.awaitOutputs("first");
        assertThat(Duration.between(ordered, thread.now())).isLessThan(Duration.ofSeconds(5));
        thread.awaitOutputs("first", "second");
        assertThat(Duration.between(ordered, thread.now())).isGreaterThan(Duration.ofSeconds(60));
    }
}
