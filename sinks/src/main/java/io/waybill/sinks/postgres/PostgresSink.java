package io.waybill.sinks.postgres;

import io.waybill.sink.Participant;
import io.waybill.sink.SinkScope;
import io.waybill.sink.TwoPhaseSink;
import javax.sql.DataSource;

/**
 * Rows of a PostgreSQL table that become visible exactly once, with the checkpoint that holds them:
 *
 * <pre>{@code
 * .to("ledger", PostgresSink.<Entry>into(
 *         dataSource,
 *         "INSERT INTO ledger (id, amount) VALUES (?, ?)",
 *         (entry, values) -> values.add(entry.id()).add(entry.amount())))
 * }</pre>
 *
 * <p>The statement runs once for each value, in the order of the values of one partition, all of a checkpoint in one
 * transaction that is prepared and committed in two steps. Any statement that returns no rows will do, upserts too. The
 * server needs {@code max_prepared_transactions}; what else it needs, and what it does with rows that the database
 * refuses, stands in {@code docs/how-to/write-rows-to-postgres.md}.
 *
 * @param <T> the values it takes
 */
public final class PostgresSink<T> implements TwoPhaseSink<T> {

    private final DataSource dataSource;
    private final Statements statement;
    private final Binder<? super T> binder;

    private PostgresSink(DataSource dataSource, Statements statement, Binder<? super T> binder) {
        this.dataSource = dataSource;
        this.statement = statement;
        this.binder = binder;
    }

    /**
     * @param dataSource of one server, always the same; each processing thread keeps one connection of it. All of them
     *     log in as the same role: only that one may commit what it prepared
     * @param sql one statement with a {@code ?} for each value
     */
    public static <T> PostgresSink<T> into(DataSource dataSource, String sql, Binder<? super T> binder) {
        return new PostgresSink<>(dataSource, Statements.of(sql), binder);
    }

    /** What it throws, or refuses to take, is the record's failure; so is a number of values that the statement does not have. */
    @Override
    public Row bind(T value) throws Exception {
        Values values = new Values();
        binder.bind(value, values);
        return statement.row(values);
    }

    @Override
    public Participant open(SinkScope scope) {
        return new PostgresParticipant(scope, statement, new Session(dataSource));
    }

    /** Gives the statement its values. Runs inside the record's scope, without a connection, on any thread. */
    @FunctionalInterface
    public interface Binder<T> {

        /** @param values takes one value for each {@code ?}, in their order */
        void bind(T value, Values values) throws Exception;
    }
}
