package io.waybill.sinks.jdbc;

import io.waybill.sink.Applier;
import io.waybill.sink.SinkScope;
import io.waybill.sink.StagedTarget;
import java.sql.SQLException;
import java.util.function.Predicate;
import javax.sql.DataSource;

/**
 * A table of any JDBC database, for staged sinks:
 *
 * <pre>{@code
 * JdbcTarget.of(
 *         dataSource,
 *         Upsert.into("booking").key("id").columns("amount"),   // or a statement: "INSERT INTO booking (id, amount) VALUES (?, ?)"
 *         (booking, values) -> values.add(booking.id()).add(booking.amount()))
 * }</pre>
 *
 * <p>The statement runs once for each row, those of one partition in their order, a batch in one local transaction that
 * also moves the progress row. What the database needs, and what it does with rows that it refuses, stands in
 * {@code docs/how-to/write-rows-to-any-database.md}. Immutable and safe for any thread.
 *
 * @param <T> the values that rows are made of
 */
public final class JdbcTarget<T> implements StagedTarget<T> {

    private final DataSource dataSource;
    private final BoundStatement<T> statement;
    private final Predicate<SQLException> refusals;

    private JdbcTarget(DataSource dataSource, BoundStatement<T> statement, Predicate<SQLException> refusals) {
        this.dataSource = dataSource;
        this.statement = statement;
        this.refusals = refusals;
    }

    /**
     * @param dataSource best a pool: a connection is asked for with each transaction, and given back. At most one for each
     *     partition of the sink is used at a time
     * @param sql one statement with a {@code ?} for each value; it returns no rows
     */
    public static <T> JdbcTarget<T> of(DataSource dataSource, String sql, Binder<? super T> binder) {
        return new JdbcTarget<>(dataSource, BoundStatement.of(sql, binder), refused -> false);
    }

    /**
     * @param dataSource as above; a database whose upserts are not known asks for a person
     * @param binder gives the values of the key and then those of the other columns
     */
    public static <T> JdbcTarget<T> of(DataSource dataSource, Upsert upsert, Binder<? super T> binder) {
        return new JdbcTarget<>(dataSource, BoundStatement.of(upsert, binder), refused -> false);
    }

    /**
     * Answers by which this database refuses a row, besides those that the SQL standard has codes for, such as Oracle's
     * 12899: {@code .alsoRejects(answer -> answer.getErrorCode() == 12899)}.
     */
    public JdbcTarget<T> alsoRejects(Predicate<SQLException> more) {
        return new JdbcTarget<>(dataSource, statement, refusals.or(more));
    }

    @Override
    public Applier<T> open(SinkScope scope, int partition) {
        ProgressTable progress = new ProgressTable(scope.tag(), partition);
        return new JdbcApplier<>(dataSource, statement, progress, new Answers(refusals));
    }

    /** Gives the statement its values. What it throws rejects the row. Any thread. */
    @FunctionalInterface
    public interface Binder<T> {

        /** @param values takes one value for each {@code ?}, in their order */
        void bind(T value, RowValues values) throws Exception;
    }
}
