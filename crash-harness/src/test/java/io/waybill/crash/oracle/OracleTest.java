package io.waybill.crash.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.crash.job.Booked;
import io.waybill.crash.job.JobTopics;
import io.waybill.crash.job.Order;
import io.waybill.crash.job.Order.Line;
import io.waybill.crash.job.Order.Trouble;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** A judge that finds nothing proves nothing. */
class OracleTest {

    private static final JsonMapper JSON = new JsonMapper();

    private final List<ConsumerRecord<byte[], byte[]>> input = new ArrayList<>();
    private final List<Booked> booked = new ArrayList<>();
    private final Violations violations = new Violations();

    OracleTest() {
        long total = 0;
        for (int i = 1; i <= 3; i++) {
            Line line = new Line("order-" + i, 1, "key", i, 10, Trouble.NONE);
            send(new Order(line.order(), "key", i, Trouble.NONE, List.of(line)));
            total += line.amount();
            booked.add(Booked.of(line, total));
        }
        Line bad = new Line("order-4", 1, "key", 4, 10, Trouble.POISON);
        send(new Order("order-4", "key", 4, Trouble.NONE, List.of(bad)));
        input.add(input.getFirst());
    }

    @Test
    void finds_nothing_where_nothing_is_wrong() {
        judge();

        assertThat(violations.toString()).isEmpty();
    }

    @Test
    void finds_a_lost_output_and_the_total_that_still_counts_it() {
        booked.remove(1);

        judge();

        assertThat(violations.count(Violations.Kind.OUTPUT_LOST)).isEqualTo(1);
        assertThat(violations.count(Violations.Kind.STATE_WRONG)).isEqualTo(1);
    }

    @Test
    void finds_a_doubled_output() {
        booked.add(booked.getLast());

        judge();

        assertThat(violations.count(Violations.Kind.OUTPUT_DOUBLED)).isEqualTo(1);
        assertThat(violations.count(Violations.Kind.OUTPUT_LOST)).isZero();
    }

    @Test
    void finds_a_key_whose_outputs_overtook_each_other() {
        Collections.swap(booked, 0, 1);

        judge();

        assertThat(violations.count(Violations.Kind.ORDER_BROKEN)).isEqualTo(1);
    }

    @Test
    void finds_an_output_of_what_nobody_sent() {
        booked.add(Booked.of(new Line("order-9", 1, "key", 9, 10, Trouble.NONE), 40));

        judge();

        assertThat(violations.count(Violations.Kind.OUTPUT_INVENTED)).isEqualTo(1);
    }

    @Test
    void finds_a_failure_that_was_not_set_aside_and_one_that_was_set_aside_twice() {
        Expectation expectation = Expectation.of(input);

        Oracle.judgeGivenUp(expectation, List.of(), violations);
        Oracle.judgeGivenUp(expectation, List.of(givenUp("order-4#1"), givenUp("order-4#1")), violations);

        assertThat(violations.count(Violations.Kind.DEAD_LETTER_LOST)).isEqualTo(1);
        assertThat(violations.count(Violations.Kind.DEAD_LETTER_DOUBLED)).isEqualTo(1);
    }

    private void judge() {
        List<ConsumerRecord<byte[], byte[]>> outputs = new ArrayList<>();
        for (Booked one : booked) {
            outputs.add(record(JobTopics.BOOKED, outputs.size(), one.account(), JSON.writeValueAsBytes(one)));
        }
        Oracle.judgeOutputs(Expectation.of(input), outputs, violations);
        Oracle.judgeTotals(outputs, violations);
    }

    private void send(Order order) {
        input.add(record(JobTopics.ORDERS, input.size(), order.key(), JSON.writeValueAsBytes(order)));
    }

    private static ConsumerRecord<byte[], byte[]> givenUp(String label) {
        return record(JobTopics.GIVEN_UP, 0, label, new byte[0]);
    }

    private static ConsumerRecord<byte[], byte[]> record(String topic, long offset, String key, byte[] value) {
        return new ConsumerRecord<>(topic, 0, offset, key.getBytes(StandardCharsets.UTF_8), value);
    }
}
