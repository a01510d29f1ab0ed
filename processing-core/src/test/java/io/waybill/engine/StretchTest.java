package io.waybill.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** What earlier owners may have held: six records of the input, and orders up to the second. */
class StretchTest {

    private static final String INPUT = "in";
    private static final String ORDERS = "orders";

    private final Stretch stretch =
            new Stretch(Map.of(new TopicPartition(INPUT, 0), 10L, new TopicPartition(ORDERS, 0), 2L));

    StretchTest() {
        stretch.resumesAt(Map.of(INPUT, 4L, ORDERS, 0L));
    }

    private static ConsumerRecord<byte[], byte[]> record(String topic, long offset) {
        return new ConsumerRecord<>(topic, 0, offset, new byte[0], new byte[0]);
    }

    private void takes(String topic, long from, long to) {
        for (long offset = from; offset < to; offset++) {
            stretch.takes(record(topic, offset));
        }
    }

    @Test
    void new_orders_do_not_stand_for_records_of_the_input_however_many_come_before_it() {
        takes(ORDERS, 0, 50);
        assertThat(stretch.hasRecords(3)).isFalse();
        assertThat(stretch.hasUnits(3)).isFalse();

        takes(INPUT, 4, 7);
        assertThat(stretch.hasRecords(3)).isTrue();
        assertThat(stretch.hasUnits(3)).isTrue();
    }

    @Test
    void what_there_was_is_enough() {
        takes(ORDERS, 0, 2);
        takes(INPUT, 4, 9);
        assertThat(stretch.hasRecords(7)).isFalse();

        takes(INPUT, 9, 10);
        assertThat(stretch.hasRecords(7)).isTrue();
        assertThat(stretch.hasRecords(9)).isFalse();
    }

    @Test
    void parts_are_units_and_no_records() {
        takes(ORDERS, 0, 2);
        takes(INPUT, 4, 5);
        stretch.runs(20);

        assertThat(stretch.hasUnits(21)).isTrue();
        assertThat(stretch.hasRecords(4)).isFalse();
    }

    @Test
    void what_is_put_back_was_not_taken() {
        takes(ORDERS, 0, 2);
        takes(INPUT, 4, 5);
        stretch.runs(20);
        stretch.putBack(21);

        assertThat(stretch.hasUnits(3)).isFalse();
        assertThat(stretch.hasRecords(3)).isFalse();
    }

    @Test
    void the_last_one_counts_when_it_is_taken_again() {
        takes(ORDERS, 0, 2);
        takes(INPUT, 4, 10);
        stretch.putBack(1);
        assertThat(stretch.hasRecords(7)).isFalse();

        takes(INPUT, 9, 10);
        assertThat(stretch.hasRecords(7)).isTrue();
    }

    @Test
    void a_record_is_behind_where_it_and_all_before_it_are_new() {
        assertThat(stretch.isBehind(record(INPUT, 10))).isFalse();
        takes(ORDERS, 0, 2);

        assertThat(stretch.isBehind(record(INPUT, 9))).isFalse();
        assertThat(stretch.isBehind(record(INPUT, 10))).isTrue();
    }

    @Test
    void where_nothing_but_timers_fires_very_many_of_them_are_enough() {
        for (int i = 0; i < 299; i++) {
            stretch.takesTimer();
        }
        assertThat(stretch.hasRecords(3)).isFalse();

        stretch.takesTimer();
        assertThat(stretch.hasRecords(3)).isTrue();
    }
}
