package io.waybill.crash.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.waybill.crash.job.Booked;
import io.waybill.crash.job.JobSinks;
import io.waybill.crash.job.JobTopics;
import io.waybill.crash.job.Order;
import io.waybill.crash.job.Order.Line;
import io.waybill.crash.job.Order.Trouble;
import io.waybill.crash.oracle.DeadLetterTables.OrderRow;
import io.waybill.crash.oracle.DeadLetterTables.Row;
import io.waybill.format.LogFormats;
import io.waybill.format.v1.Captured;
import io.waybill.format.v1.DeadLetterEvent;
import io.waybill.format.v1.Discarded;
import io.waybill.format.v1.FlowResult;
import io.waybill.format.v1.ReplayAccepted;
import io.waybill.format.v1.Resolved;
import io.waybill.format.v1.Result;
import io.waybill.format.v1.ResultBlock;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/**
 * Three orders of one line: one is booked; one fails, is replayed in vain, then edited and replayed; one fails and is
 * discarded. Then one thing is wrong.
 */
class RepairsOracleTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Line GOOD = line(1, Trouble.NONE);
    private static final Line CURED = line(2, Trouble.POISON);
    private static final Line GONE = line(3, Trouble.OVERDRAWN);

    private final Repairs repairs = new Repairs();
    private final List<ConsumerRecord<byte[], byte[]>> input = new ArrayList<>();
    private final List<Booked> booked = new ArrayList<>();
    private final List<DeadLetterEvent> events = new ArrayList<>();
    private final List<FlowResult> results = new ArrayList<>();
    private final List<Row> rows = new ArrayList<>();
    private final Map<String, OrderRow> orders = new HashMap<>();
    private final Map<String, String> totals = new HashMap<>();
    private final Violations violations = new Violations();

    RepairsOracleTest() {
        for (Line line : List.of(GOOD, CURED, GONE)) {
            Order order = new Order(line.order(), line.key(), line.seq(), Trouble.NONE, List.of(line));
            input.add(record(JobTopics.ORDERS, input.size(), JSON.writeValueAsBytes(order)));
        }
        repairs.did(label(CURED), Repairs.Kind.REPLAY, "a");
        repairs.did(label(CURED), Repairs.Kind.REPLAY_EDITED, "b");
        repairs.did(label(GONE), Repairs.Kind.DISCARD, "c");
        booked.add(Booked.of(GOOD, 10));
        booked.add(Booked.of(CURED, 20));
        results.add(result(GOOD, Result.ACK, 1, 1));
        results.add(result(CURED, Result.NACK, 1, 0));
        results.add(result(CURED, Result.ACK, 2, 1));
        results.add(result(GONE, Result.NACK, 1, 0));
        results.add(result(GONE, Result.NACK, 2, 0));
        events.add(captured(CURED, 0));
        events.add(
                event(CURED, 1).setAccepted(ReplayAccepted.getDefaultInstance()).build());
        events.add(captured(CURED, 1));
        events.add(
                event(CURED, 2).setAccepted(ReplayAccepted.getDefaultInstance()).build());
        events.add(event(CURED, 2).setResolved(Resolved.getDefaultInstance()).build());
        events.add(captured(GONE, 0));
        events.add(event(GONE, 1).setDiscarded(Discarded.getDefaultInstance()).build());
        rows.add(new Row(label(CURED), "RESOLVED", 2, bytes(CURED), "UNBOOKABLE"));
        rows.add(new Row(label(GONE), "DISCARDED", 1, bytes(GONE), "UNBOOKABLE"));
        orders.put("a", new OrderRow(label(CURED), 1, 0, "REPLAY", "FAILED_AGAIN"));
        orders.put("b", new OrderRow(label(CURED), 2, 1, "REPLAY", "SUCCEEDED"));
        orders.put("c", new OrderRow(label(GONE), 1, 0, "DISCARD", "SUCCEEDED"));
        totals.put(GOOD.account(), "20");
    }

    @Test
    void finds_nothing_where_nothing_is_wrong() {
        assertThat(judged().toString()).isEmpty();
    }

    @Test
    void finds_a_repaired_output_that_is_missing() {
        booked.removeLast();

        assertThat(judged().count(Violations.Kind.OUTPUT_LOST)).isEqualTo(1);
    }

    @Test
    void finds_a_replay_that_booked_twice() {
        booked.add(Booked.of(CURED, 30));

        assertThat(judged().count(Violations.Kind.OUTPUT_DOUBLED)).isEqualTo(1);
    }

    @Test
    void finds_a_discarded_line_that_was_booked_all_the_same() {
        booked.add(Booked.of(GONE, 30));

        assertThat(judged().count(Violations.Kind.OUTPUT_INVENTED)).isEqualTo(1);
    }

    @Test
    void finds_a_repair_without_the_result_that_it_leads_to() {
        results.remove(2);

        assertThat(judged().count(Violations.Kind.RESULT_WRONG)).isEqualTo(1);
    }

    @Test
    void finds_a_result_that_came_twice_and_one_too_many() {
        results.add(2, results.get(2));
        results.add(result(GONE, Result.NACK, 3, 0));

        Violations found = judged();

        assertThat(found.count(Violations.Kind.RESULT_DOUBLED)).isEqualTo(1);
        assertThat(found.count(Violations.Kind.RESULT_WRONG)).isEqualTo(1);
    }

    @Test
    void finds_an_attempt_that_was_made_twice() {
        events.addAll(events.subList(1, 3));

        assertThat(judged().count(Violations.Kind.DEAD_LETTER_LIFE_WRONG)).isEqualTo(1);
    }

    @Test
    void finds_an_order_that_was_never_obeyed() {
        events.removeLast();

        assertThat(judged().count(Violations.Kind.DEAD_LETTER_LIFE_WRONG)).isEqualTo(1);
    }

    @Test
    void finds_rows_that_are_missing_doubled_or_wrong() {
        rows.set(0, new Row(label(CURED), "REPLAYING", 2, bytes(CURED), "UNBOOKABLE"));
        assertThat(judged().count(Violations.Kind.DEAD_LETTER_ROW_WRONG)).isEqualTo(1);

        rows.set(0, new Row(label(CURED), "RESOLVED", 1, bytes(CURED), "UNBOOKABLE"));
        assertThat(judged().count(Violations.Kind.DEAD_LETTER_ROW_WRONG)).isEqualTo(2);

        rows.set(0, new Row(label(CURED), "RESOLVED", 2, bytes(GONE), "UNBOOKABLE"));
        assertThat(judged().count(Violations.Kind.DEAD_LETTER_ROW_WRONG)).isEqualTo(3);

        rows.set(0, rows.get(1));
        assertThat(judged().count(Violations.Kind.DEAD_LETTER_ROW_WRONG)).isEqualTo(5);
    }

    @Test
    void finds_orders_that_did_not_end_are_lost_or_were_never_given() {
        orders.put("b", new OrderRow(label(CURED), 2, 1, "REPLAY", "SENT"));
        orders.remove("c");
        orders.put("d", new OrderRow(label(GONE), 2, 0, "REPLAY", "REFUSED"));

        assertThat(judged().count(Violations.Kind.DEAD_LETTER_ROW_WRONG)).isEqualTo(3);
    }

    @Test
    void finds_a_store_whose_total_is_not_the_sum_of_what_was_booked() {
        totals.put(GOOD.account(), "10");

        assertThat(judged().count(Violations.Kind.STATE_WRONG)).isEqualTo(1);
    }

    @Test
    void finds_an_open_dead_letter_that_a_store_forgot() {
        repairs.did(label(GONE), Repairs.Kind.REPLAY, "e");
        StoreOracle.judgeState(Expectation.of(input, repairs), stores(Map.of()), violations);

        assertThat(violations.count(Violations.Kind.STATE_WRONG)).isEqualTo(1);
    }

    @Test
    void finds_rows_and_tasks_that_a_restore_lost_changed_or_invented() {
        Map<String, TaskContent> before = stores(Map.of("flow", Map.of("1", "x", "2", "y")));

        StoreOracle.judgeRestore(before, before, violations);
        assertThat(violations.toString()).isEmpty();

        for (Map<String, String> rows :
                List.of(Map.of("1", "x"), Map.of("1", "x", "2", "z"), Map.of("1", "x", "2", "y", "3", "z"))) {
            StoreOracle.judgeRestore(before, stores(Map.of("flow", rows)), violations);
        }
        StoreOracle.judgeRestore(before, stores(Map.of()), violations);
        StoreOracle.judgeRestore(before, Map.of(), violations);

        assertThat(violations.count(Violations.Kind.STORE_NOT_RESTORED)).isEqualTo(5);
    }

    private Violations judged() {
        Expectation expectation = Expectation.of(input, repairs);
        List<ConsumerRecord<byte[], byte[]>> outputs = booked.stream()
                .map(one -> record(JobTopics.BOOKED, 0, JSON.writeValueAsBytes(one)))
                .toList();
        Oracle.judgeOutputs(expectation, outputs, violations);
        WaybillOracle.judgeResults(
                expectation,
                List.of(record(
                        "results",
                        0,
                        LogFormats.encode(
                                ResultBlock.newBuilder().addAllResults(results).build()))),
                violations);
        WaybillOracle.judgeDeadLetters(
                expectation,
                events.stream()
                        .map(event -> record("dead-letters", 0, LogFormats.encode(event)))
                        .toList(),
                violations);
        DeadLetterTables.judge(expectation, rows, orders, violations);
        StoreOracle.judgeState(expectation, stores(Map.of()), violations);
        return violations;
    }

    private Map<String, TaskContent> stores(Map<String, Map<String, String>> more) {
        Map<String, Map<String, String>> columns = new HashMap<>(more);
        columns.put("total/total", totals);
        return Map.of("orders/accounts/0", new TaskContent("orders/accounts/0", 1, columns));
    }

    private static Line line(int number, Trouble trouble) {
        return new Line("order-" + number, 1, "key", number, 10, trouble);
    }

    private static String label(Line line) {
        return line.order() + "#" + line.number();
    }

    private static byte[] bytes(Line line) {
        return JSON.writeValueAsBytes(line);
    }

    private static FlowResult result(Line line, Result result, int number, int succeeded) {
        return FlowResult.newBuilder()
                .setTrackingId(ByteString.copyFromUtf8(line.order()))
                .setMessageId(line.order())
                .setResult(result)
                .setNumber(number)
                .setLeaves(succeeded == 1 ? JobSinks.staged() : 1)
                .setSucceeded((long) succeeded * JobSinks.staged())
                .setFailed(1 - succeeded)
                .build();
    }

    private static DeadLetterEvent captured(Line line, int attempt) {
        return event(line, attempt)
                .setCaptured(Captured.newBuilder()
                        .addPath(1)
                        .setLabel(label(line))
                        .setPayload(ByteString.copyFrom(bytes(line)))
                        .setErrorCode("UNBOOKABLE"))
                .build();
    }

    private static DeadLetterEvent.Builder event(Line line, int attempt) {
        return DeadLetterEvent.newBuilder().setDeadLetterId(line.order()).setAttempt(attempt);
    }

    private static ConsumerRecord<byte[], byte[]> record(String topic, long offset, byte[] value) {
        return new ConsumerRecord<>(topic, 0, offset, "key".getBytes(StandardCharsets.UTF_8), value);
    }
}
