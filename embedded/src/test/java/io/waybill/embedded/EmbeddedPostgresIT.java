package io.waybill.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresIT {

    @TempDir
    Path folder;

    @Test
    void aRestartKeepsCommittedRows() throws Exception {
        int port;
        try (EmbeddedPostgres first = EmbeddedPostgres.start(folder)) {
            port = first.port();
            PostgresProbe.of(first).execute("CREATE TABLE kept AS SELECT 42 AS answer");
        }
        try (EmbeddedPostgres second = EmbeddedPostgres.start(folder, port)) {
            assertThat(PostgresProbe.of(second).query("SELECT answer FROM kept"))
                    .isEqualTo("42");
        }
    }

    @Test
    void aKilledServerKeepsCommittedRows() throws Exception {
        EmbeddedPostgres first = EmbeddedPostgres.start(folder);
        PostgresProbe.of(first).execute("CREATE TABLE kept AS SELECT 42 AS answer");
        first.kill();
        try (EmbeddedPostgres second = EmbeddedPostgres.start(folder, first.port())) {
            assertThat(PostgresProbe.of(second).query("SELECT answer FROM kept"))
                    .isEqualTo("42");
        }
    }

    @Test
    void commitsAreDurableAndCanBePrepared() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder)) {
            PostgresProbe probe = PostgresProbe.of(postgres);
            assertThat(probe.query("SHOW fsync")).isEqualTo("on");
            assertThat(probe.query("SHOW synchronous_commit")).isEqualTo("on");
            assertThat(probe.query("SHOW max_prepared_transactions")).isEqualTo("64");
            assertThat(probe.query("SELECT current_user || '@' || current_database()"))
                    .isEqualTo("waybill@waybill");
        }
    }

    @Test
    void theLeftoverOfADeadServerDoesNotStopTheNextOne() throws Exception {
        try (EmbeddedPostgres first = EmbeddedPostgres.start(folder)) {
            PostgresProbe.of(first).execute("CREATE TABLE kept AS SELECT 42 AS answer");
        }
        // As after a loss of power, with the process id given out again: to this very process.
        Path cluster = folder.resolve("cluster");
        Files.writeString(
                cluster.resolve("postmaster.pid"),
                "%d%n%s%n0%n1%n".formatted(ProcessHandle.current().pid(), cluster));
        try (EmbeddedPostgres second = EmbeddedPostgres.start(folder)) {
            assertThat(PostgresProbe.of(second).query("SELECT answer FROM kept"))
                    .isEqualTo("42");
        }
    }

    @Test
    void anInitialisationThatDiedHalfWayIsRepeated() throws Exception {
        Path cluster = Files.createDirectories(folder.resolve("cluster"));
        Files.createFile(folder.resolve("cluster.unfinished"));
        Files.writeString(cluster.resolve("PG_VERSION"), "18");
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder)) {
            assertThat(PostgresProbe.of(postgres).query("SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void aTakenPortIsRefusedByName() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> EmbeddedPostgres.start(folder, taken.getLocalPort()))
                    .isInstanceOf(EmbeddedServerException.class)
                    .hasMessageContaining("port %d".formatted(taken.getLocalPort()))
                    .hasMessageContaining("waybill.embedded.postgres.port");
        }
    }

    @Test
    void aFolderInUseIsRefused() {
        try (EmbeddedPostgres first = EmbeddedPostgres.start(folder)) {
            assertThat(first.port()).isPositive();
            assertThatThrownBy(() -> EmbeddedPostgres.start(folder))
                    .isInstanceOf(EmbeddedServerException.class)
                    .hasMessageContaining("this process itself is using it");
        }
    }
}
