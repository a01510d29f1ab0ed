package io.waybill.audit.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.audit.AuditLog;
import io.waybill.audit.chain.AuditChain.Anchor;
import io.waybill.audit.chain.AuditChain.Verdict;
import io.waybill.audit.fixture.AuditDatabase;
import io.waybill.audit.fixture.Deeds;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.core.simple.JdbcClient;

class AuditChainIT {

    @RegisterExtension
    static final AuditDatabase database = new AuditDatabase();

    private static final List<String> CHANGES = List.of(
            "UPDATE waybill.audit_entry SET actor = 'x'",
            "DELETE FROM waybill.audit_entry",
            "TRUNCATE waybill.audit_entry",
            "DELETE FROM waybill.audit_head");

    private static Verdict verify(@Nullable Anchor anchor) throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            return AuditChain.verify(connection, anchor);
        }
    }

    private static Anchor head() throws SQLException {
        return ((Verdict.Whole) verify(null)).head();
    }

    /** As somebody who owns the database can. */
    private static void tamper(String sql) {
        int unused = database.jdbc()
                .sql("ALTER TABLE waybill.audit_entry DISABLE TRIGGER USER;"
                        + "ALTER TABLE waybill.audit_head DISABLE TRIGGER USER;" + sql)
                .update();
    }

    private static List<Long> brokenBySql() {
        return database.jdbc()
                .sql("SELECT number FROM audit.broken_entries ORDER BY number")
                .query((row, index) -> row.getLong(1))
                .list();
    }

    @Test
    void an_empty_log_is_whole() throws SQLException {
        assertThat(verify(null)).isInstanceOf(Verdict.Whole.class);
        assertThat(head().number()).isZero();
        assertThat(verify(head())).isInstanceOf(Verdict.Whole.class);
    }

    @Test
    void entries_are_numbered_without_gaps_and_hash_the_same_in_java_and_in_sql() throws SQLException {
        Deeds.append(database.dataSource(), 30);

        assertThat(head().number()).isEqualTo(30);
        assertThat(brokenBySql()).isEmpty();
    }

    @Test
    void a_deed_told_twice_is_entered_once() throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            assertThat(new AuditLog().append(connection, Deeds.numbered(1))).isTrue();
            assertThat(new AuditLog().append(connection, Deeds.numbered(1))).isFalse();
        }

        assertThat(head().number()).isEqualTo(1);
    }

    @Test
    void what_is_rolled_back_leaves_no_gap() throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            assertThat(new AuditLog().append(connection, Deeds.numbered(1))).isTrue();
            connection.rollback();
            connection.setAutoCommit(true);
        }
        Deeds.append(database.dataSource(), Deeds.numbered(2));

        assertThat(head().number()).isEqualTo(1);
    }

    @Test
    void many_at_once_make_one_chain() throws Exception {
        try (ExecutorService people = Executors.newFixedThreadPool(8)) {
            List<Callable<Void>> work = IntStream.rangeClosed(1, 200)
                    .<Callable<Void>>mapToObj(number -> () -> {
                        Deeds.append(database.dataSource(), Deeds.numbered(number));
                        return null;
                    })
                    .toList();
            for (Future<Void> done : people.invokeAll(work)) {
                done.get();
            }
        }

        assertThat(head().number()).isEqualTo(200);
        assertThat(brokenBySql()).isEmpty();
    }

    static Stream<Arguments> tamperings() {
        return Stream.of(
                Arguments.of("UPDATE waybill.audit_entry SET actor = 'someone else' WHERE number = 4", 4),
                Arguments.of("UPDATE waybill.audit_entry SET at = at + interval '1 microsecond' WHERE number = 4", 4),
                Arguments.of("UPDATE waybill.audit_entry SET recorded_at = now() WHERE number = 4", 4),
                Arguments.of("UPDATE waybill.audit_entry SET action = 'REPLAY_ORDERED' WHERE number = 3", 3),
                Arguments.of("UPDATE waybill.audit_entry SET subject = subject || ' ' WHERE number = 1", 1),
                Arguments.of("UPDATE waybill.audit_entry SET subject_kind = 'INCIDENT' WHERE number = 1", 1),
                Arguments.of("UPDATE waybill.audit_entry SET reason = NULL WHERE number = 3", 3),
                Arguments.of("UPDATE waybill.audit_entry SET reason = '-' WHERE number = 2", 2),
                Arguments.of("UPDATE waybill.audit_entry SET pipeline = NULL WHERE number = 4", 4),
                Arguments.of("UPDATE waybill.audit_entry SET tracking_id = NULL WHERE number = 5", 5),
                Arguments.of("UPDATE waybill.audit_entry SET detail = '{}' WHERE number = 7", 7),
                Arguments.of("UPDATE waybill.audit_entry SET event_id = 'x' WHERE number = 7", 7),
                Arguments.of("UPDATE waybill.audit_entry SET hash = previous_hash WHERE number = 7", 7),
                Arguments.of("DELETE FROM waybill.audit_entry WHERE number = 6", 6),
                Arguments.of("DELETE FROM waybill.audit_entry WHERE number = 1", 1),
                Arguments.of("DELETE FROM waybill.audit_entry WHERE number = 10", 10),
                Arguments.of("DELETE FROM waybill.audit_entry", 1),
                Arguments.of("DELETE FROM waybill.audit_head", 11),
                Arguments.of("UPDATE waybill.audit_head SET number = 9", 11),
                Arguments.of(
                        "INSERT INTO waybill.audit_entry SELECT 11, 'x', at, recorded_at, actor, action, subject_kind, subject, pipeline, tracking_id, reason, detail, hash, hash FROM waybill.audit_entry WHERE number = 10",
                        11));
    }

    @ParameterizedTest
    @MethodSource("tamperings")
    void tampering_is_found_where_it_was_done(String sql, long number) throws SQLException {
        Deeds.append(database.dataSource(), 10);

        tamper(sql);

        assertThat(verify(null))
                .isInstanceOfSatisfying(
                        Verdict.Broken.class,
                        broken -> assertThat(broken.number()).as(broken.why()).isEqualTo(number));
    }

    @Test
    void a_chain_that_was_written_anew_is_told_from_the_one_that_was_noted() throws SQLException {
        Deeds.append(database.dataSource(), 10);
        Anchor noted = head();
        Deeds.append(database.dataSource(), Deeds.numbered(11));
        assertThat(verify(noted)).isInstanceOf(Verdict.Whole.class);

        tamper("DELETE FROM waybill.audit_entry WHERE number > 8;"
                + "UPDATE waybill.audit_head h SET number = e.number, hash = e.hash"
                + " FROM waybill.audit_entry e WHERE e.number = 8");
        assertThat(verify(null)).isInstanceOf(Verdict.Whole.class);
        assertThat(verify(noted)).isInstanceOf(Verdict.Broken.class);

        Deeds.append(database.dataSource(), Deeds.numbered(20), Deeds.numbered(21), Deeds.numbered(22));
        assertThat(verify(null)).isInstanceOf(Verdict.Whole.class);
        assertThat(verify(noted)).isEqualTo(new Verdict.Broken(10, "entry 10 is not the one that was noted"));
    }

    @Test
    void the_owner_changes_nothing_by_accident() throws SQLException {
        Deeds.append(database.dataSource(), 3);

        for (String change : CHANGES) {
            assertThatThrownBy(() -> database.jdbc().sql(change).update())
                    .as(change)
                    .rootCause()
                    .hasMessageContaining("the audit log is append-only");
        }
    }

    /** As docs/reference/audit.md tells database administrators to set it up. */
    @Test
    void the_role_of_an_application_enters_and_reads_and_can_do_nothing_else() throws SQLException {
        int unused = database.superuser()
                .sql("DROP ROLE IF EXISTS app; CREATE ROLE app LOGIN PASSWORD 'app'")
                .update();
        unused = database.jdbc()
                .sql("GRANT USAGE ON SCHEMA waybill, audit TO app;"
                        + "GRANT SELECT ON waybill.audit_entry, waybill.audit_head TO app;"
                        + "GRANT SELECT ON ALL TABLES IN SCHEMA audit TO app;"
                        + "GRANT EXECUTE ON FUNCTION waybill.audit_append TO app")
                .update();
        try (HikariDataSource app = database.pool("app", "app")) {
            Deeds.append(app, 3);
            JdbcClient jdbc = JdbcClient.create(app);

            for (String change : CHANGES) {
                assertThatThrownBy(() -> jdbc.sql(change).update())
                        .as(change)
                        .rootCause()
                        .hasMessageContaining("permission denied");
            }
            assertThatThrownBy(() -> jdbc.sql("INSERT INTO waybill.audit_entry SELECT * FROM waybill.audit_entry")
                            .update())
                    .rootCause()
                    .hasMessageContaining("permission denied");
            assertThatThrownBy(() ->
                            jdbc.sql("UPDATE waybill.audit_head SET number = 0").update())
                    .rootCause()
                    .hasMessageContaining("permission denied");
            try (Connection connection = app.getConnection()) {
                assertThat(AuditChain.verify(connection, null)).isInstanceOf(Verdict.Whole.class);
            }
            assertThat(jdbc.sql("SELECT count(*) FROM audit.entries")
                            .query(Long.class)
                            .single())
                    .isEqualTo(3);
        } finally {
            unused =
                    database.superuser().sql("DROP OWNED BY app; DROP ROLE app").update();
        }
    }

    @Test
    void the_command_says_by_its_exit_code_what_it_found() throws SQLException {
        Deeds.append(database.dataSource(), 3);
        String url = database.server().jdbcUrl();
        String user = database.server().username();
        String password = database.server().password();

        assertThat(VerifyAuditLog.run(new String[] {url, user}, password)).isZero();
        assertThat(VerifyAuditLog.run(new String[] {url, user, head().toString()}, password))
                .isZero();
        assertThat(VerifyAuditLog.run(new String[] {url, user, "9:nonsense"}, password))
                .isEqualTo(2);
        assertThat(VerifyAuditLog.run(
                        new String[] {
                            url, "nobody",
                        },
                        "wrong"))
                .isEqualTo(2);
        assertThat(VerifyAuditLog.run(new String[] {}, password)).isEqualTo(2);

        tamper("UPDATE waybill.audit_entry SET actor = 'someone else' WHERE number = 2");
        assertThat(VerifyAuditLog.run(new String[] {url, user}, password)).isEqualTo(1);
    }
}
