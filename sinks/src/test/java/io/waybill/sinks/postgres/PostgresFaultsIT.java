package io.waybill.sinks.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.waybill.sink.Claim;
import io.waybill.sink.Fence;
import io.waybill.sink.Handle;
import io.waybill.sink.Participant;
import io.waybill.sink.Prepared;
import io.waybill.sink.RowsRefusedException;
import io.waybill.sink.SinkScope;
import io.waybill.sink.Verdict;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a real server does to a participant, and what a participant makes of it. */
class PostgresFaultsIT {

    @RegisterExtension
    static final LedgerDatabase DATABASE = new LedgerDatabase();

    private static final Duration PATIENCE = Duration.ofMillis(500);
    private static final Duration BUDGET = Duration.ofSeconds(5);

    private final SinkScope scope = new SinkScope("faults", "ledger");
    private final UUID life = UUID.randomUUID();
    private final Participant participant = DATABASE.sink().open(scope);

    @AfterEach
    void close() {
        participant.close();
    }

    private Handle handle(long sequence) {
        return Handle.of(scope, life, sequence, Set.of(0));
    }

    private long raised(Participant by) {
        return raised(by, 0);
    }

    private static long raised(Participant by, int partition) {
        assertThat(by.raise(partition, PATIENCE)).isInstanceOf(Fence.Raised.class);
        return ((Fence.Raised) by.raise(partition, PATIENCE)).epoch();
    }

    private static void write(Participant by, PostgresSink<String> sink, String... entries) {
        for (String entry : entries) {
            try {
                by.write(0, sink.bind(entry));
            } catch (Exception refused) {
                throw new IllegalStateException(refused);
            }
        }
    }

    private void write(String... entries) {
        write(participant, DATABASE.sink(), entries);
    }

    private void prepare(Handle handle, long epoch) {
        participant.prepare(handle, List.of(new Claim(0, epoch, 7)), BUDGET);
    }

    @Test
    void what_is_prepared_outlives_a_server_that_is_killed() {
        long epoch = raised(participant);
        write("a", "b");
        prepare(handle(1), epoch);

        DATABASE.killAndRestart();

        assertThat(DATABASE.entries()).isEmpty();
        try (Participant next = DATABASE.sink().open(scope)) {
            assertThat(next.raise(0, PATIENCE)).isEqualTo(new Fence.Held());
            assertThat(next.prepared()).extracting(Prepared::handle).containsExactly(handle(1));
            assertThat(next.commit(handle(1))).isEqualTo(new Verdict.Committed());
            assertThat(next.raise(0, PATIENCE)).isEqualTo(new Fence.Raised(epoch + 1, 7));
        }
        assertThat(DATABASE.entries()).containsExactly("a", "b");
    }

    @Test
    void an_epoch_outlives_a_server_that_is_killed() {
        long epoch = raised(participant);
        DATABASE.killAndRestart();
        try (Participant next = DATABASE.sink().open(scope)) {
            assertThat(next.raise(0, PATIENCE)).isEqualTo(new Fence.Raised(epoch + 1, Fence.NOTHING));
        }
    }

    /** The new owner is sure of its epoch before the request of the old one is taken up by the server. */
    @Test
    void a_prepare_that_arrives_late_is_refused_and_leaves_nothing() throws Exception {
        long old = raised(participant);
        write("late");
        try (ExecutorService threads = Executors.newSingleThreadExecutor();
                Connection owner = DATABASE.dataSource().getConnection();
                Statement raise = owner.createStatement()) {
            owner.setAutoCommit(false);
            assertThat(raise.executeUpdate("UPDATE waybill_fence SET epoch = epoch + 1"))
                    .isEqualTo(1);
            Future<@Nullable Throwable> refused = threads.submit(() -> thrownBy(() -> prepare(handle(1), old)));
            awaitWaiting("UPDATE waybill_fence SET next_offset");
            owner.commit();
            assertThat(refused.get())
                    .hasMessageContaining("expected epoch " + old)
                    .hasMessageContaining("new owner");
        }
        assertThat(participant.prepared()).isEmpty();
        assertThat(DATABASE.entries()).isEmpty();
    }

    /** One round trip between what is asked and what is prepared: whoever raises meanwhile waits, and then finds it. */
    @Test
    void raising_waits_for_whoever_prepares_and_then_says_that_the_row_is_held() throws Exception {
        long epoch = raised(participant);
        write("slow");
        try (ExecutorService threads = Executors.newSingleThreadExecutor();
                Participant next = DATABASE.sink().open(scope);
                Connection lock = DATABASE.dataSource().getConnection();
                Statement holds = lock.createStatement()) {
            lock.setAutoCommit(false);
            boolean unused = holds.execute("LOCK TABLE ledger");
            Future<@Nullable Throwable> prepared = threads.submit(() -> thrownBy(() -> prepare(handle(1), epoch)));
            awaitWaiting("INSERT INTO ledger");
            assertThat(next.raise(0, PATIENCE)).isEqualTo(new Fence.Held());
            lock.commit();
            assertThat(prepared.get()).isNull();
            assertThat(next.raise(0, PATIENCE)).isEqualTo(new Fence.Held());
            assertThat(next.prepared()).extracting(Prepared::handle).containsExactly(handle(1));
        }
    }

    private static void awaitWaiting(String statement) {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (DATABASE.query("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '"
                        + statement + "%'")
                .isEmpty()) {
            assertThat(System.nanoTime()).as("waits for a lock: %s", statement).isLessThan(end);
        }
    }

    private static @Nullable Throwable thrownBy(Runnable call) {
        try {
            call.run();
            return null;
        } catch (RuntimeException thrown) {
            return thrown;
        }
    }

    @Test
    void a_connection_that_was_cut_costs_one_call_and_the_next_one_works() {
        assertThat(raised(participant)).isPositive();
        DATABASE.cut();
        assertThatThrownBy(() -> participant.raise(0, PATIENCE)).isInstanceOf(PostgresSinkException.class);
        long epoch = raised(participant);

        write("lost");
        DATABASE.cut();
        assertThatThrownBy(() -> prepare(handle(1), epoch)).isInstanceOf(PostgresSinkException.class);
        assertThat(participant.prepared()).isEmpty();

        write("kept");
        prepare(handle(2), epoch);
        DATABASE.cut();
        assertThatThrownBy(participant::prepared).isInstanceOf(PostgresSinkException.class);
        assertThat(participant.prepared()).extracting(Prepared::handle).containsExactly(handle(2));
        DATABASE.cut();
        assertThat(participant.commit(handle(2))).isInstanceOf(Verdict.Unknown.class);
        assertThat(participant.commit(handle(2))).isEqualTo(new Verdict.Committed());

        write("rolled back");
        prepare(handle(3), epoch);
        DATABASE.cut();
        assertThatThrownBy(() -> participant.abort(handle(3))).isInstanceOf(PostgresSinkException.class);
        participant.abort(handle(3));
        assertThat(participant.prepared()).isEmpty();
        assertThat(DATABASE.entries()).containsExactly("kept");
    }

    @Test
    void a_prepare_that_waits_for_rows_of_others_gives_up_within_its_budget_and_leaves_nothing() throws Exception {
        long epoch = raised(participant);
        write("same");
        try (Connection other = DATABASE.dataSource().getConnection();
                Statement holds = other.createStatement()) {
            other.setAutoCommit(false);
            assertThat(holds.executeUpdate("INSERT INTO ledger (entry) VALUES ('same')"))
                    .isEqualTo(1);
            long begun = System.nanoTime();
            assertThatThrownBy(() -> participant.prepare(handle(1), List.of(new Claim(0, epoch, 7)), PATIENCE))
                    .isInstanceOf(PostgresSinkException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isBetween(PATIENCE.dividedBy(2), BUDGET);
            other.rollback();
        }
        assertThat(participant.prepared()).isEmpty();
        assertThat(raised(participant)).isGreaterThan(epoch);
    }

    @Test
    void a_row_that_the_database_refuses_is_named_and_nothing_of_its_checkpoint_stays() {
        DATABASE.execute("INSERT INTO ledger (entry) VALUES ('there')");
        long epoch = raised(participant);
        write("a", "b", "there", "c");
        assertThatThrownBy(() -> prepare(handle(1), epoch))
                .isInstanceOf(RowsRefusedException.class)
                .hasMessageContaining("row 3: ")
                .hasMessageContaining("SQLSTATE 23505");
        assertThat(participant.prepared()).isEmpty();
        write("a", "b", "c");
        prepare(handle(2), epoch);
        assertThat(participant.commit(handle(2))).isEqualTo(new Verdict.Committed());
        assertThat(DATABASE.entries()).containsExactly("there", "a", "b", "c");
    }

    @Test
    void a_refused_row_is_named_in_later_batches_too() {
        long epoch = raised(participant);
        IntStream.range(0, 2_500).forEach(i -> write("entry " + i));
        write("entry 7");
        assertThatThrownBy(() -> prepare(handle(1), epoch)).hasMessageContaining("row 2501: ");
    }

    @Test
    void all_rows_that_the_database_refuses_are_named_at_once() {
        DATABASE.execute("ALTER TABLE ledger ADD CONSTRAINT short CHECK (length(entry) < 20)");
        long epoch = raised(participant);
        IntStream.range(0, 1_500).forEach(i -> write("entry " + i));
        write("an entry that is far too long", "entry 7", "the last one", "again an entry that is too long");
        assertThatThrownBy(() -> prepare(handle(1), epoch))
                .asInstanceOf(type(RowsRefusedException.class))
                .satisfies(refused -> assertThat(refused.reasons().keySet()).containsExactly(1_500, 1_501, 1_503))
                .satisfies(refused -> assertThat(refused.reasons().values())
                        .satisfiesExactly(
                                reason -> assertThat(reason).contains("23514"),
                                reason -> assertThat(reason).contains("23505"),
                                reason -> assertThat(reason).contains("23514")));
        assertThat(participant.prepared()).isEmpty();
        assertThat(DATABASE.entries()).isEmpty();
    }

    @Test
    void a_row_that_breaks_a_constraint_which_is_checked_last_is_named_too() {
        DATABASE.execute("ALTER TABLE ledger DROP CONSTRAINT ledger_entry_key,"
                + " ADD UNIQUE (entry) DEFERRABLE INITIALLY DEFERRED");
        long epoch = raised(participant);
        write("a", "b", "a", "c");
        assertThatThrownBy(() -> prepare(handle(1), epoch))
                .asInstanceOf(type(RowsRefusedException.class))
                .satisfies(refused -> assertThat(refused.reasons().keySet()).containsExactly(2));
        assertThat(participant.prepared()).isEmpty();
    }

    @Test
    void a_statement_that_fails_for_every_row_refuses_none() {
        DATABASE.execute("ALTER TABLE ledger RENAME COLUMN entry TO other");
        long epoch = raised(participant);
        write("a");
        assertThatThrownBy(() -> prepare(handle(1), epoch))
                .isNotInstanceOf(RowsRefusedException.class)
                .hasMessageContaining("SQLSTATE 42703");
    }

    @Test
    void ten_thousand_rows_are_prepared_at_once_and_keep_their_order() {
        List<String> entries =
                IntStream.range(0, 10_000).mapToObj(i -> "entry " + i).toList();
        long epoch = raised(participant);
        write(entries.toArray(String[]::new));
        participant.prepare(handle(1), List.of(new Claim(0, epoch, 7)), Duration.ofSeconds(2));
        assertThat(DATABASE.entries()).isEmpty();
        assertThat(participant.commit(handle(1))).isEqualTo(new Verdict.Committed());
        assertThat(DATABASE.entries()).isEqualTo(entries);
    }

    @Test
    void a_server_without_room_for_another_prepared_transaction_is_named_by_its_setting() throws Exception {
        long epoch = raised(participant);
        write("a");
        int taken = 0;
        try (Connection other = DATABASE.dataSource().getConnection();
                Statement fills = other.createStatement()) {
            for (; taken < 64; taken++) {
                boolean unused = fills.execute("BEGIN; PREPARE TRANSACTION 'filler " + taken + "'");
            }
            assertThatThrownBy(() -> prepare(handle(1), epoch)).hasMessageContaining("max_prepared_transactions");
            boolean unused = fills.execute("ROLLBACK PREPARED 'filler 0'");
            write("a");
            prepare(handle(2), epoch);
        }
        assertThat(participant.prepared()).extracting(Prepared::handle).containsExactly(handle(2));
    }

    @Test
    void a_fence_table_that_was_dropped_is_made_again_and_gives_no_epoch_twice() {
        long epoch = raised(participant);
        write("a");
        DATABASE.execute("DROP TABLE waybill_fence");
        assertThatThrownBy(() -> prepare(handle(1), epoch))
                .hasMessageContaining("CREATE TABLE IF NOT EXISTS waybill_fence");
        try (Participant next = DATABASE.sink().open(scope)) {
            assertThat(raised(next)).isGreaterThan(epoch);
        }
        write("a");
        assertThatThrownBy(() -> prepare(handle(2), epoch)).hasMessageContaining("new owner");
    }

    @Test
    void a_full_disk_undoes_the_checkpoint_and_refuses_no_row() {
        long epoch = raised(participant);
        DATABASE.fillTheDisk();
        write("a", "b");
        assertThatThrownBy(() -> prepare(handle(1), epoch))
                .isInstanceOf(PostgresSinkException.class)
                .hasMessageContaining("53100");
        assertThat(participant.prepared()).isEmpty();
        DATABASE.emptyTheDisk();
        write("a", "b");
        prepare(handle(2), epoch);
        assertThat(participant.commit(handle(2))).isEqualTo(new Verdict.Committed());
        assertThat(DATABASE.entries()).containsExactly("a", "b");
    }

    @Test
    void a_ledger_that_was_dropped_undoes_the_checkpoint() {
        long epoch = raised(participant);
        write("a");
        DATABASE.execute("DROP TABLE ledger");
        assertThatThrownBy(() -> prepare(handle(1), epoch))
                .hasMessageContaining("42P01")
                .hasMessageContaining("ledger");
        assertThat(participant.prepared()).isEmpty();
    }

    @Test
    void those_who_start_at_the_same_time_make_one_fence_table() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Callable<Fence>> starters = IntStream.range(0, 8)
                    .<Callable<Fence>>mapToObj(partition -> () -> {
                        try (Participant starter = DATABASE.sink().open(scope)) {
                            return starter.raise(partition, BUDGET);
                        }
                    })
                    .toList();
            for (Future<Fence> fence : threads.invokeAll(starters)) {
                assertThat(fence.get()).isInstanceOf(Fence.Raised.class);
            }
        }
    }

    @Test
    void a_role_that_may_not_create_the_fence_table_is_told_what_to_run() {
        DataSource clerk = role("clerk");
        try (Participant sink = LedgerDatabase.sink(clerk).open(scope)) {
            assertThatThrownBy(() -> sink.raise(0, PATIENCE))
                    .hasMessageContaining(FenceTable.DDL)
                    .hasMessageContaining("GRANT");
            DATABASE.execute(FenceTable.DDL);
            assertThatThrownBy(() -> sink.raise(0, PATIENCE)).hasMessageContaining(FenceTable.GRANT);
            DATABASE.execute(FenceTable.GRANT.replace("<role>", "clerk"));
            assertThat(raised(sink)).isPositive();
        }
    }

    @Test
    void what_another_role_prepared_is_refused_until_a_person_acts() {
        raiseAndPrepare(1);
        try (Participant clerk = LedgerDatabase.sink(role("clerk")).open(scope)) {
            assertThat(clerk.prepared()).hasSize(1);
            assertThat(clerk.commit(handle(1)))
                    .asInstanceOf(type(Verdict.Rejected.class))
                    .satisfies(rejected -> assertThat(rejected.reason()).contains("42501"));
            assertThatThrownBy(() -> clerk.abort(handle(1))).hasMessageContaining("42501");
        }
        assertThat(participant.prepared()).hasSize(1);
    }

    @Test
    void what_is_prepared_in_another_database_of_the_server_is_not_listed_and_not_committed() {
        raiseAndPrepare(1);
        try (Participant elsewhere =
                LedgerDatabase.sink(DATABASE.superuser("postgres")).open(scope)) {
            assertThat(elsewhere.prepared()).isEmpty();
            assertThat(elsewhere.commit(handle(1)))
                    .asInstanceOf(type(Verdict.Rejected.class))
                    .satisfies(rejected -> assertThat(rejected.reason()).contains("0A000"));
        }
        assertThat(participant.commit(handle(1))).isEqualTo(new Verdict.Committed());
    }

    @Test
    void a_server_that_is_away_is_asked_again_and_a_wrong_password_is_not() {
        raiseAndPrepare(1);
        var away = DATABASE.as("waybill", "waybill");
        away.setPortNumbers(new int[] {1});
        try (Participant lost = LedgerDatabase.sink(away).open(scope)) {
            assertThat(lost.commit(handle(1))).isInstanceOf(Verdict.RetryLater.class);
            assertThatThrownBy(lost::prepared).isInstanceOf(PostgresSinkException.class);
        }
        DataSource clerk = role("clerk");
        LedgerDatabase.execute(DATABASE.superuser("waybill"), "ALTER ROLE clerk NOLOGIN");
        try (Participant locked = LedgerDatabase.sink(clerk).open(scope)) {
            assertThat(locked.commit(handle(1))).isInstanceOf(Verdict.Rejected.class);
        } finally {
            LedgerDatabase.execute(DATABASE.superuser("waybill"), "ALTER ROLE clerk LOGIN");
        }
    }

    @Test
    void two_sinks_in_one_database_do_not_hinder_each_other() {
        raiseAndPrepare(1);
        SinkScope other = new SinkScope("faults", "journal");
        try (Participant journal = DATABASE.sink().open(other)) {
            long epoch = raised(journal);
            write(journal, DATABASE.sink(), "of the journal");
            Handle handle = Handle.of(other, life, 1, Set.of(0));
            journal.prepare(handle, List.of(new Claim(0, epoch, 9)), BUDGET);
            assertThat(journal.prepared()).extracting(Prepared::handle).containsExactly(handle);
            assertThat(participant.prepared()).extracting(Prepared::handle).containsExactly(handle(1));
            assertThat(journal.commit(handle)).isEqualTo(new Verdict.Committed());
            assertThat(journal.raise(0, PATIENCE)).isEqualTo(new Fence.Raised(epoch + 1, 9));
        }
        assertThat(participant.raise(0, PATIENCE)).isEqualTo(new Fence.Held());
    }

    @Test
    void foreign_prepared_transactions_are_left_alone() {
        DATABASE.execute("BEGIN; PREPARE TRANSACTION 'wb1.of somebody else'");
        assertThat(participant.prepared()).isEmpty();
        assertThat(DATABASE.query("SELECT gid FROM pg_prepared_xacts"))
                .asInstanceOf(LIST)
                .hasSize(1);
    }

    private void raiseAndPrepare(long sequence) {
        long epoch = raised(participant);
        write("row of " + sequence);
        prepare(handle(sequence), epoch);
    }

    /** May write to the ledger and nothing else. */
    private static DataSource role(String name) {
        DataSource superuser = DATABASE.superuser("waybill");
        if (LedgerDatabase.query(superuser, "SELECT 1 FROM pg_roles WHERE rolname = '" + name + "'")
                .isEmpty()) {
            LedgerDatabase.execute(superuser, "CREATE ROLE %s LOGIN PASSWORD '%s'".formatted(name, name));
        }
        LedgerDatabase.execute(superuser, "GRANT INSERT ON ledger TO " + name);
        return DATABASE.as(name, name);
    }
}
