package io.waybill.sinks.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.sink.Claim;
import io.waybill.sink.Fence;
import io.waybill.sink.Handle;
import io.waybill.sink.Participant;
import io.waybill.sink.Prepared;
import io.waybill.sink.SinkScope;
import io.waybill.sink.Verdict;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Servers and data sources that are set up in other ways than the embedded one. */
class PostgresServersIT {

    @RegisterExtension
    static final LedgerDatabase DATABASE = new LedgerDatabase();

    private static final Duration PATIENCE = Duration.ofMillis(500);
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final SinkScope scope = new SinkScope("servers", "ledger");
    private final Handle handle = Handle.of(scope, UUID.randomUUID(), 1, Set.of(0));

    private static void prepare(Participant participant, Handle handle, String entry, Duration budget)
            throws Exception {
        long epoch = ((Fence.Raised) participant.raise(0, PATIENCE)).epoch();
        participant.write(0, DATABASE.sink().bind(entry));
        participant.prepare(handle, List.of(new Claim(0, epoch, 7)), budget);
    }

    @Test
    void a_server_that_prepares_nothing_is_refused_with_the_first_epoch() throws IOException {
        try (EmbeddedPostgres server = EmbeddedPostgres.start();
                Participant participant =
                        LedgerDatabase.sink(server.getPostgresDatabase()).open(scope)) {
            assertThatThrownBy(() -> participant.raise(0, PATIENCE))
                    .hasMessageContaining("max_prepared_transactions is 0");
        }
    }

    @Test
    void a_server_that_accepts_and_never_answers_fails_fast() throws IOException {
        try (ServerSocket mute = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            var dataSource = DATABASE.as("waybill", "waybill");
            dataSource.setPortNumbers(new int[] {mute.getLocalPort()});
            try (Participant participant = LedgerDatabase.sink(dataSource).open(scope)) {
                long begun = System.nanoTime();
                assertThat(participant.commit(handle)).isInstanceOf(Verdict.RetryLater.class);
                assertThatThrownBy(participant::prepared).isInstanceOf(PostgresSinkException.class);
                assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(LIMIT);
            }
        }
    }

    @Test
    void a_pool_gets_its_connection_back_as_it_was() throws Exception {
        try (HikariDataSource pool = new HikariDataSource()) {
            pool.setDataSource(DATABASE.dataSource());
            pool.setMaximumPoolSize(1);
            try (Participant participant = LedgerDatabase.sink(pool).open(scope)) {
                prepare(participant, handle, "a", LIMIT);
                assertThat(participant.commit(handle)).isEqualTo(new Verdict.Committed());
            }
            try (Connection connection = pool.getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet shown = statement.executeQuery("SELECT name || '=' || setting FROM pg_settings"
                            + " WHERE name IN ('lock_timeout', 'statement_timeout') AND setting <> '0'")) {
                assertThat(shown.next()).isFalse();
                assertThat(connection.getAutoCommit()).isTrue();
                assertThat(connection.getNetworkTimeout()).isZero();
            }
        }
        assertThat(DATABASE.entries()).containsExactly("a");
    }

    @Test
    void a_pool_of_one_connection_replaces_it_when_it_is_cut() throws Exception {
        try (HikariDataSource pool = new HikariDataSource()) {
            pool.setDataSource(DATABASE.dataSource());
            pool.setMaximumPoolSize(1);
            try (Participant participant = LedgerDatabase.sink(pool).open(scope)) {
                prepare(participant, handle, "a", LIMIT);
                DATABASE.cut();
                assertThat(participant.commit(handle)).isInstanceOf(Verdict.Unknown.class);
                assertThat(participant.commit(handle)).isEqualTo(new Verdict.Committed());
            }
        }
    }

    /**
     * A server that waits for a standby which is not there has prepared, or committed, and does not say so. To call either
     * one done would lose rows when that standby takes over.
     */
    @Test
    void what_a_standby_has_not_confirmed_is_unknown_then_busy_and_in_the_end_done() throws Exception {
        try (Participant participant = DATABASE.sink().open(scope)) {
            long epoch = ((Fence.Raised) participant.raise(0, PATIENCE)).epoch();
            participant.write(0, DATABASE.sink().bind("a"));
            standby("nobody");
            try {
                assertThatThrownBy(() -> participant.prepare(handle, List.of(new Claim(0, epoch, 7)), PATIENCE))
                        .isInstanceOf(PostgresSinkException.class);
                standby("");
                awaitPrepared(participant);
                standby("nobody");
                assertThat(participant.commit(handle)).isInstanceOf(Verdict.Unknown.class);
                assertThat(participant.commit(handle)).isInstanceOf(Verdict.RetryLater.class);
                assertThatThrownBy(() -> participant.abort(handle)).hasMessageContaining("55000");
            } finally {
                standby("");
            }
            awaitVerdict(participant, new Verdict.AlreadyCommitted());
        }
        assertThat(DATABASE.entries()).containsExactly("a");
    }

    private static void standby(String name) {
        var superuser = DATABASE.superuser("postgres");
        LedgerDatabase.execute(superuser, "ALTER SYSTEM SET synchronous_standby_names = '" + name + "'");
        LedgerDatabase.execute(superuser, "SELECT pg_reload_conf()");
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!LedgerDatabase.query(superuser, "SHOW synchronous_standby_names")
                .equals(List.of(name))) {
            assertThat(System.nanoTime()).isLessThan(end);
        }
    }

    private void awaitPrepared(Participant participant) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (participant.prepared().stream().map(Prepared::handle).noneMatch(handle::equals)) {
            assertThat(System.nanoTime()).isLessThan(end);
        }
    }

    private void awaitVerdict(Participant participant, Verdict expected) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!participant.commit(handle).equals(expected)) {
            assertThat(System.nanoTime()).isLessThan(end);
        }
    }
}
