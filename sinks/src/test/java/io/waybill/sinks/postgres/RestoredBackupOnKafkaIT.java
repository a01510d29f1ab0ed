package io.waybill.sinks.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.format.v1.Incident;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The target database is restored to an earlier backup while the system is down: it lacks rows that were told to be there. */
class RestoredBackupOnKafkaIT {

    @RegisterExtension
    static final LedgerDatabase DATABASE = new LedgerDatabase();

    @RegisterExtension
    static final InstancesOnKafka TWO_PHASE = new InstancesOnKafka(LedgerInstance.class, DATABASE);

    @RegisterExtension
    static final InstancesOnKafka STAGED = new InstancesOnKafka(StagedInstance.class, DATABASE);

    @BeforeEach
    void prepare() {
        // A row that came twice must be seen, not refused.
        DATABASE.execute("ALTER TABLE ledger DROP CONSTRAINT ledger_entry_key");
    }

    @Test
    void a_sink_by_two_phases_stops_with_an_incident_instead_of_going_on_without_them() throws Exception {
        stopsWithAnIncident(TWO_PHASE);
    }

    @Test
    void a_staged_sink_stops_with_an_incident_instead_of_going_on_without_them() throws Exception {
        stopsWithAnIncident(STAGED);
    }

    private static void stopsWithAnIncident(InstancesOnKafka instances) throws Exception {
        runsUntilAllIsTold(instances);
        DATABASE.backUp();
        List<String> backedUp = DATABASE.entries();
        runsUntilAllIsTold(instances);
        assertThat(DATABASE.entries()).hasSizeGreaterThan(backedUp.size());
        DATABASE.restore();
        assertThat(DATABASE.entries()).isEqualTo(backedUp);

        instances.send();
        Process lives = instances.launch(KilledInstance.NEVER);
        instances.until(() -> halted(instances) == InstancesOnKafka.PARTITIONS);

        assertThat(lives.isAlive()).isTrue();
        assertThat(DATABASE.entries()).as("nothing is written over the gap").isEqualTo(backedUp);
    }

    private static void runsUntilAllIsTold(InstancesOnKafka instances) throws Exception {
        instances.send();
        Process lives = instances.launch(KilledInstance.NEVER);
        instances.until(() -> instances.results().size() >= instances.sent().size()
                && DATABASE.entries().size() >= instances.sent().size()
                && DATABASE.query("SELECT gid FROM pg_prepared_xacts").isEmpty());
        assertThat(lives.destroyForcibly().waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    private static long halted(InstancesOnKafka instances) {
        return instances.incidents().stream()
                .filter(Incident::getOpen)
                .filter(incident -> incident.getCode().equals("SINK_DISAGREES"))
                .map(Incident::getPartition)
                .distinct()
                .count();
    }
}
