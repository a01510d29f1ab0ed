package io.waybill.sinks.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.waybill.sink.Applied;
import io.waybill.sink.Applier;
import io.waybill.sink.Rejection;
import io.waybill.sink.SinkScope;
import io.waybill.sink.StagedRow;
import io.waybill.sink.Standing;
import io.waybill.sink.Turn;
import io.waybill.sink.Unavailable;
import io.waybill.sinks.jdbc.JdbcTarget;
import io.waybill.sinks.jdbc.Upsert;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a real server does to rows that are applied, and what an applier makes of it. */
class StagedRowsFaultsIT {

    @RegisterExtension
    static final LedgerDatabase DATABASE = new LedgerDatabase();

    private static final String INSERT = "INSERT INTO ledger (entry) VALUES (?)";
    private static final String LOG = "log";
    private static final SinkScope SCOPE = new SinkScope("faults", "rows");

    private final Applier<String> applier = open(DATABASE.dataSource(), INSERT);

    private static Applier<String> open(DataSource dataSource, String sql) {
        return JdbcTarget.<String>of(dataSource, sql, (entry, values) -> values.add(entry))
                .open(SCOPE, 0);
    }

    private static List<StagedRow<String>> rows(long offset, String... values) {
        return IntStream.range(0, values.length)
                .mapToObj(n -> (StagedRow<String>) new Row(offset + n, values[n]))
                .toList();
    }

    private record Row(long offset, String value) implements StagedRow<String> {}

    private static Turn turn(long from, long next) {
        return new Turn(LOG, from, next, 0);
    }

    private void begin() {
        assertThat(applier.standing(LOG)).isEqualTo(new Standing.Nowhere());
        assertThat(applier.apply(turn(Turn.NOTHING, 1), rows(0, "first"))).isEqualTo(new Applied.Done());
    }

    @Test
    void a_server_that_was_killed_keeps_what_it_has_committed_and_takes_the_rest() {
        begin();
        DATABASE.killAndRestart();
        Applier<String> back = open(DATABASE.dataSource(), INSERT);
        assertThat(back.standing(LOG)).isEqualTo(new Standing.At(1, List.of()));
        assertThat(back.apply(turn(1, 2), rows(1, "second"))).isEqualTo(new Applied.Done());
        assertThat(DATABASE.entries()).containsExactly("first", "second");
    }

    @Test
    void a_connection_that_is_cut_in_the_middle_rejects_nothing_and_leaves_nothing() {
        begin();
        // It waits for the row that the cut one holds.
        Applied cut = open(
                        DATABASE.dataSource(),
                        "INSERT INTO ledger (entry) SELECT ? FROM pg_terminate_backend(pg_backend_pid())")
                .apply(turn(1, 2), rows(1, "second"));
        assertThat(cut).isInstanceOf(Unavailable.class);
        assertThat(applier.standing(LOG)).isEqualTo(new Standing.At(1, List.of()));
        assertThat(applier.apply(turn(1, 2), rows(1, "second"))).isEqualTo(new Applied.Done());
        assertThat(DATABASE.entries()).containsExactly("first", "second");
    }

    @Test
    void a_former_owner_in_the_middle_of_the_same_rows_makes_the_new_one_wait_and_find_them_applied() throws Exception {
        begin();
        try (Connection former = DATABASE.dataSource().getConnection();
                Statement statement = former.createStatement()) {
            former.setAutoCommit(false);
            assertThat(statement.executeUpdate("UPDATE waybill_progress SET next_offset = 2 WHERE next_offset = 1"))
                    .isEqualTo(1);
            CompletableFuture<Applied> waits = CompletableFuture.supplyAsync(
                    () -> applier.apply(turn(1, 2), rows(1, "second")), StagedRowsFaultsIT::start);
            awaitALock();
            assertThat(statement.executeUpdate("INSERT INTO ledger (entry) VALUES ('second')"))
                    .isEqualTo(1);
            former.commit();
            assertThat(waits.get(20, TimeUnit.SECONDS)).isEqualTo(new Applied.OutOfTurn());
        }
        assertThat(applier.standing(LOG)).isEqualTo(new Standing.At(2, List.of()));
        assertThat(DATABASE.entries()).containsExactly("first", "second");
    }

    @Test
    void a_full_disk_rejects_nothing_and_asks_for_a_person() {
        begin();
        DATABASE.fillTheDisk();
        assertThat(applier.apply(turn(1, 2), rows(1, "second"))).isInstanceOfSatisfying(Unavailable.class, full -> {
            assertThat(full.needsPerson()).isTrue();
            assertThat(full.reason()).contains("53100");
        });
        DATABASE.emptyTheDisk();
        assertThat(applier.apply(turn(1, 2), rows(1, "second"))).isEqualTo(new Applied.Done());
        assertThat(DATABASE.entries()).containsExactly("first", "second");
    }

    @Test
    void an_upsert_is_said_in_the_words_of_the_server() {
        DATABASE.execute(
                "CREATE TABLE IF NOT EXISTS balance (account text PRIMARY KEY, amount text); TRUNCATE balance");
        Applier<String> balances = JdbcTarget.<String>of(
                        DATABASE.dataSource(),
                        Upsert.into("balance").key("account").columns("amount"),
                        (row, values) -> List.of(row.split("=", 2)).forEach(values::add))
                .open(SCOPE, 0);
        assertThat(balances.standing(LOG)).isEqualTo(new Standing.Nowhere());
        assertThat(balances.apply(turn(Turn.NOTHING, 3), rows(0, "a=1", "b=1", "a=2")))
                .isEqualTo(new Applied.Done());
        assertThat(DATABASE.query("SELECT account || amount FROM balance ORDER BY account"))
                .containsExactly("a2", "b1");
    }

    @Test
    void a_statement_that_the_server_does_not_know_costs_no_connection() throws Exception {
        begin();
        try (Connection only = DATABASE.dataSource().getConnection()) {
            Applied wrong =
                    open(poolOf(only), "INSERT INTO no_such_table VALUES (?)").apply(turn(1, 2), rows(1, "second"));
            assertThat(wrong).isEqualTo(new Unavailable(((Unavailable) wrong).reason(), true));
            assertThat(only.isClosed()).isFalse();
            assertThat(only.getAutoCommit()).isTrue();
            assertThat(open(poolOf(only), INSERT).apply(turn(1, 2), rows(1, "second")))
                    .isEqualTo(new Applied.Done());
        }
        assertThat(DATABASE.entries()).containsExactly("first", "second");
    }

    /** Keeps its connection open. */
    private static DataSource poolOf(Connection only) {
        Connection lent = proxy(
                Connection.class,
                (proxy, method, arguments) ->
                        method.getName().equals("close") ? null : invoked(only, method, arguments));
        return proxy(DataSource.class, (proxy, method, arguments) -> lent);
    }

    private static Object invoked(Object on, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(on, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static void awaitALock() {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (DATABASE.query("SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
                .isEmpty()) {
            assertThat(System.nanoTime()).isLessThan(end);
        }
    }

    @Test
    void a_deadlock_rejects_nothing() throws Exception {
        begin();
        DATABASE.execute("CREATE TABLE IF NOT EXISTS counter (id int PRIMARY KEY, n int); TRUNCATE counter;"
                + " INSERT INTO counter VALUES (1, 0), (2, 0)");
        Applier<String> counting = open(DATABASE.dataSource(), "UPDATE counter SET n = n + 1 WHERE id = ?::int");
        try (Connection rival = DATABASE.superuser("waybill").getConnection();
                Statement statement = rival.createStatement()) {
            rival.setAutoCommit(false);
            assertThat(statement.executeUpdate(
                            "SET LOCAL deadlock_timeout = '1h'; UPDATE counter SET n = n + 1 WHERE id = 2"))
                    .isNotNegative();
            CompletableFuture<Applied> waits = CompletableFuture.supplyAsync(
                    () -> counting.apply(turn(1, 3), rows(1, "1", "2")), StagedRowsFaultsIT::start);
            awaitALock();
            CompletableFuture<Void> closes =
                    CompletableFuture.runAsync(() -> update(statement), StagedRowsFaultsIT::start);
            assertThat(waits.get(20, TimeUnit.SECONDS))
                    .asInstanceOf(type(Unavailable.class))
                    .satisfies(deadlock -> {
                        assertThat(deadlock.reason()).contains("40P01");
                        assertThat(deadlock.needsPerson()).isFalse();
                    });
            closes.get(20, TimeUnit.SECONDS);
            rival.rollback();
        }
        assertThat(counting.apply(turn(1, 3), rows(1, "1", "2"))).isEqualTo(new Applied.Done());
        assertThat(DATABASE.query("SELECT n FROM counter")).containsExactly("1", "1");
        DATABASE.execute("DROP TABLE counter");
    }

    /** The common pool has one thread on a machine of two cores: who waits for the other would keep it. */
    private static void start(Runnable task) {
        Thread unused = Thread.ofPlatform().daemon().start(task);
    }

    private static void update(Statement statement) {
        try {
            assertThat(statement.executeUpdate("UPDATE counter SET n = n + 1 WHERE id = 1"))
                    .isEqualTo(1);
        } catch (SQLException refused) {
            throw new IllegalStateException(refused);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO no_such_table (entry) VALUES (?)",
                "INSERT INTO ledger (no_such_column) VALUES (?)",
                "INSERT INTO ledger (entry) VALEUS (?)",
                "INSERT INTO pg_catalog.pg_database (datname) VALUES (?)"
            })
    void what_only_a_person_can_mend_rejects_nothing_and_says_so(String sql) {
        begin();
        assertThat(open(DATABASE.dataSource(), sql).apply(turn(1, 2), rows(1, "second")))
                .asInstanceOf(type(Unavailable.class))
                .satisfies(unfit -> assertThat(unfit.needsPerson()).isTrue());
        assertThat(applier.apply(turn(1, 2), rows(1, "second"))).isEqualTo(new Applied.Done());
    }

    @Test
    void a_row_that_is_there_already_or_too_long_or_no_number_is_refused_with_its_state() {
        begin();
        assertThat(applier.apply(turn(1, 3), rows(1, "second", "first")))
                .asInstanceOf(type(Applied.Refused.class))
                .satisfies(refused -> {
                    assertThat(refused.rejection().code()).isEqualTo(Rejection.BY_TARGET);
                    assertThat(refused.rejection().message())
                            .contains("[23505]")
                            .contains("ledger_entry_key");
                });
        Applier<String> numbers = open(DATABASE.dataSource(), "INSERT INTO ledger (entry) VALUES (?::int::text)");
        assertThat(numbers.apply(turn(1, 2), rows(1, "no number")))
                .isInstanceOfSatisfying(
                        Applied.Refused.class,
                        refused -> assertThat(refused.rejection().message()).contains("[22P02]"));
    }

    @Test
    void a_constraint_that_is_looked_at_with_the_commit_refuses_the_row() {
        DATABASE.execute("ALTER TABLE ledger DROP CONSTRAINT ledger_entry_key,"
                + " ADD CONSTRAINT late UNIQUE (entry) DEFERRABLE INITIALLY DEFERRED");
        begin();
        assertThat(applier.apply(turn(1, 2), rows(1, "first"))).isInstanceOf(Applied.Refused.class);
        assertThat(applier.standing(LOG)).isEqualTo(new Standing.At(1, List.of()));
    }

    @Test
    void a_role_that_may_not_make_the_tables_is_told_who_must() {
        DATABASE.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC");
        LedgerDatabase.execute(
                DATABASE.superuser("waybill"),
                "DROP ROLE IF EXISTS stranger; CREATE ROLE stranger LOGIN PASSWORD 'stranger'");
        try (Applier<String> stranger = open(DATABASE.as("stranger", "stranger"), INSERT)) {
            assertThat(stranger.standing(LOG))
                    .asInstanceOf(type(Unavailable.class))
                    .satisfies(denied -> {
                        assertThat(denied.needsPerson()).isTrue();
                        assertThat(denied.reason()).contains("CREATE TABLE waybill_progress", "GRANT");
                    });
        }
    }

    @Test
    void a_transaction_whose_client_fell_silent_does_not_hold_the_progress_row_for_ever() {
        begin();
        assertThat(DATABASE.query("SELECT current_setting('idle_in_transaction_session_timeout')"))
                .containsExactly("0");
        Applier<String> tells = open(
                DATABASE.dataSource(),
                "INSERT INTO ledger (entry) VALUES (? || current_setting('idle_in_transaction_session_timeout'))");
        assertThat(tells.apply(turn(1, 2), rows(1, "within "))).isEqualTo(new Applied.Done());
        assertThat(DATABASE.entries()).contains("within 30s");
    }
}
