package io.waybill.sinks.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.format.Topics;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The engine, Kafka and PostgreSQL as they are, with processes that die between the phases of a checkpoint. */
class LedgerOnKafkaCrashIT {

    @RegisterExtension
    static final LedgerDatabase DATABASE = new LedgerDatabase();

    @RegisterExtension
    static final InstancesOnKafka INSTANCES = new InstancesOnKafka(LedgerInstance.class, DATABASE);

    @BeforeEach
    void prepare() {
        // A row that came twice must be seen, not refused.
        DATABASE.execute("ALTER TABLE ledger DROP CONSTRAINT ledger_entry_key");
    }

    @Test
    void processes_that_die_between_prepare_and_commit_leave_each_row_once_and_nothing_prepared() throws Exception {
        for (String point : List.of("PREPARED", "COMMITTED", "PREPARED", "PREPARED", "COMMITTED")) {
            INSTANCES.diesAt(point);
            assertThat(prepared()).as("after it died at %s", point).isNotEmpty();
        }
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

    /** The offsets say as well what is committed, and the topic is made anew. */
    @Test
    void handles_whose_topic_was_deleted_are_resolved_and_what_comes_later_arrives() throws Exception {
        INSTANCES.diesAt("COMMITTED");
        assertThat(prepared()).isNotEmpty();
        INSTANCES.delete(checkpoints());
        INSTANCES.diesAt("PREPARED");
        INSTANCES.delete(checkpoints());
        INSTANCES.launch(KilledInstance.NEVER);
        untilAllArrived();
    }

    @Test
    void rows_arrive_after_the_topic_of_handles_was_deleted_under_a_process_that_lives() throws Exception {
        INSTANCES.send();
        Process lives = INSTANCES.launch(KilledInstance.NEVER);
        untilAllArrived();
        INSTANCES.delete(checkpoints());
        INSTANCES.send();
        untilAllArrived();
        assertThat(lives.isAlive()).isTrue();
    }

    private static String checkpoints() {
        return new Topics(INSTANCES.prefix()).checkpoints();
    }

    private void untilAllArrived() {
        int all = INSTANCES.sent().size();
        INSTANCES.until(() -> DATABASE.entries().size() >= all && prepared().isEmpty());
        for (int partition = 0; partition < InstancesOnKafka.PARTITIONS; partition++) {
            String own = partition + "/";
            assertThat(DATABASE.entries())
                    .filteredOn(entry -> entry.startsWith(own))
                    .isEqualTo(INSTANCES.sent(partition));
        }
    }

    private static List<String> prepared() {
        return DATABASE.query("SELECT gid FROM pg_prepared_xacts");
    }
}
