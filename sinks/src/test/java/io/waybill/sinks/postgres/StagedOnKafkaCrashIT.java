package io.waybill.sinks.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.format.LogFormats;
import io.waybill.format.Topics;
import io.waybill.format.v1.DeadLetterEvent;
import io.waybill.format.v1.Result;
import io.waybill.sink.Rejection;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The engine, Kafka and PostgreSQL as they are: processes die between the database's commit and the report on the log. */
class StagedOnKafkaCrashIT {

    @RegisterExtension
    static final LedgerDatabase DATABASE = new LedgerDatabase();

    @RegisterExtension
    static final InstancesOnKafka INSTANCES = new InstancesOnKafka(StagedInstance.class, DATABASE);

    /** What the table refuses. */
    private static final String REFUSED = "50";

    @BeforeEach
    void prepare() {
        // A row that came twice must be seen, not refused.
        DATABASE.execute("ALTER TABLE ledger DROP CONSTRAINT ledger_entry_key,"
                + " ADD CONSTRAINT no_fifty CHECK (entry NOT LIKE '%" + REFUSED + "')");
    }

    @Test
    void processes_that_die_before_they_tell_what_is_sunk_leave_each_row_once_and_tell_it_once() throws Exception {
        for (String point : List.of("SUNK", "OFFSETS_SENT", "SUNK", "SUNK", "COMMITTED", "SUNK")) {
            INSTANCES.diesAt(point);
        }
        assertThat(DATABASE.entries()).as("rows that nobody was told of").isNotEmpty();
        INSTANCES.send();
        Process lives = INSTANCES.launch(KilledInstance.NEVER);
        untilAllArrived();
        assertThat(lives.isAlive()).isTrue();
    }

    @Test
    void a_database_that_is_killed_while_rows_flow_loses_and_doubles_none() throws Exception {
        Process lives = INSTANCES.launch(KilledInstance.NEVER);
        for (int kills = 0; kills < 3; kills++) {
            int arrived = DATABASE.entries().size();
            INSTANCES.send();
            INSTANCES.until(() -> DATABASE.entries().size() > arrived);
            INSTANCES.send();
            DATABASE.killAndRestart();
        }
        untilAllArrived();
        assertThat(lives.isAlive()).isTrue();
    }

    private void untilAllArrived() {
        int all = INSTANCES.sent().size();
        INSTANCES.until(() -> INSTANCES.results().size() >= all);
        for (int partition = 0; partition < InstancesOnKafka.PARTITIONS; partition++) {
            String own = partition + "/";
            assertThat(DATABASE.entries())
                    .filteredOn(entry -> entry.startsWith(own))
                    .isEqualTo(INSTANCES.sent(partition).stream()
                            .filter(entry -> !entry.endsWith(REFUSED))
                            .toList());
        }
        List<String> refused = INSTANCES.sent().stream()
                .filter(entry -> entry.endsWith(REFUSED))
                .toList();
        assertThat(deadLetters())
                .hasSameSizeAs(refused)
                .allSatisfy(
                        event -> assertThat(event.getCaptured().getErrorCode()).isEqualTo(Rejection.BY_TARGET))
                .extracting(event -> event.getCaptured().getPayload().toStringUtf8())
                .containsExactlyInAnyOrderElementsOf(refused);
        assertThat(INSTANCES.results()).hasSize(all);
        assertThat(INSTANCES.results().stream().filter(result -> result.getResult() == Result.NACK))
                .hasSameSizeAs(refused);
    }

    private static Topics topics() {
        return new Topics(INSTANCES.prefix());
    }

    private List<DeadLetterEvent> deadLetters() {
        return INSTANCES.read(topics().deadLetters()).stream()
                .map(record -> LogFormats.decode(DeadLetterEvent.parser(), record.value(), "dead letters"))
                .toList();
    }
}
