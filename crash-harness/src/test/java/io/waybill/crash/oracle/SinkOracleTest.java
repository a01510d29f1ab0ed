package io.waybill.crash.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.crash.job.Booked;
import io.waybill.crash.job.JobTopics;
import io.waybill.crash.job.Order;
import io.waybill.crash.job.Order.Line;
import io.waybill.crash.job.Order.Trouble;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** That the oracle sees what a sink can do wrong. */
class SinkOracleTest {

    private static final JsonMapper JSON = new JsonMapper();

    private final List<ConsumerRecord<byte[], byte[]>> input = new ArrayList<>();
    private final List<Booked> rows = new ArrayList<>();
    private final Violations violations = new Violations();

    @TempDir
    Path folder;

    SinkOracleTest() {
        for (int number = 1; number <= 3; number++) {
            Line line = new Line("order-" + number, 1, "key", number, 10, Trouble.NONE);
            Order order = new Order(line.order(), line.key(), line.seq(), Trouble.NONE, List.of(line));
            input.add(new ConsumerRecord<>(
                    JobTopics.ORDERS,
                    0,
                    number,
                    "key".getBytes(StandardCharsets.UTF_8),
                    JSON.writeValueAsBytes(order)));
            rows.add(Booked.of(line, 10L * number));
        }
    }

    private Violations table() {
        SinkOracle.judgeTable("rows_one", Expectation.of(input), rows, violations);
        return violations;
    }

    private Violations files() {
        SinkOracle.judgeFiles("files", Expectation.of(input), rows, violations);
        return violations;
    }

    @Test
    void finds_nothing_where_every_row_is_there_once() {
        assertThat(table().isEmpty()).isTrue();
        assertThat(files().isEmpty()).isTrue();
    }

    @Test
    void finds_a_row_that_is_missing() {
        rows.remove(1);

        assertThat(table().count(Violations.Kind.OUTPUT_LOST)).isEqualTo(1);
        assertThat(files().count(Violations.Kind.OUTPUT_LOST)).isEqualTo(2);
    }

    @Test
    void finds_a_row_that_came_twice() {
        rows.add(rows.getFirst());

        assertThat(table().count(Violations.Kind.OUTPUT_DOUBLED)).isEqualTo(1);
        assertThat(files().count(Violations.Kind.OUTPUT_DOUBLED)).isEqualTo(2);
    }

    @Test
    void finds_a_row_of_a_checkpoint_that_was_never_committed() {
        rows.set(2, Booked.of(new Line("order-4", 1, "key", 4, 10, Trouble.NONE), 30));

        assertThat(table().count(Violations.Kind.OUTPUT_INVENTED)).isEqualTo(1);
        assertThat(files().count(Violations.Kind.OUTPUT_INVENTED)).isEqualTo(2);
    }

    @Test
    void finds_rows_of_a_table_in_another_order_and_takes_those_of_files_in_any() {
        rows.add(rows.removeFirst());

        assertThat(files().isEmpty()).isTrue();
        assertThat(table().count(Violations.Kind.ORDER_BROKEN)).isEqualTo(1);
    }

    @Test
    void finds_a_total_that_no_earlier_row_explains() {
        rows.set(1, Booked.of(new Line("order-2", 1, "key", 2, 10, Trouble.NONE), 25));

        assertThat(table().count(Violations.Kind.STATE_WRONG)).isPositive();
    }

    @Test
    void finds_what_is_staged_in_a_folder_and_nothing_else_that_is_hidden() throws Exception {
        Path sink = folder.resolve(".waybill/files~0123456789ab");
        Files.createDirectories(sink.resolve("fence"));
        Files.createFile(sink.resolve("fence/0.epoch.7"));
        Files.createDirectories(sink.resolve("staged"));
        Files.createDirectories(sink.resolve("staged/~a-handle~that-was-being-written"));
        SinkOracle.judgeStaged(folder, violations);
        assertThat(violations.isEmpty()).isTrue();

        Files.createDirectories(sink.resolve("staged/a-handle"));
        Files.createFile(sink.resolve("staged/a-handle/rows"));
        SinkOracle.judgeStaged(folder, violations);

        assertThat(violations.count(Violations.Kind.LEFT_PREPARED)).isEqualTo(1);

        Files.createDirectories(sink.resolve("staged/~ended~that-nobody-deleted"));
        SinkOracle.judgeStaged(folder, violations);

        assertThat(violations.count(Violations.Kind.LEFT_PREPARED)).isEqualTo(3);
    }
}
