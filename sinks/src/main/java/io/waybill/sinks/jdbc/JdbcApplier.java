package io.waybill.sinks.jdbc;

import io.waybill.sink.Applied;
import io.waybill.sink.Applier;
import io.waybill.sink.Rejection;
import io.waybill.sink.StagedRow;
import io.waybill.sink.Standing;
import io.waybill.sink.Turn;
import io.waybill.sink.Unavailable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** One task's end of a table: a connection for each transaction, so nothing has to be opened, kept or mended. */
final class JdbcApplier<T> implements Applier<T> {

    private final DataSource dataSource;
    private final BoundStatement<T> statement;
    private final ProgressTable progress;
    private final Answers answers;
    private boolean keepsRejections;

    JdbcApplier(DataSource dataSource, BoundStatement<T> statement, ProgressTable progress, Answers answers) {
        this.dataSource = dataSource;
        this.statement = statement;
        this.progress = progress;
        this.answers = answers;
    }

    private interface Work {

        /** What it answers unless it is null is all that happens. */
        @Nullable
        Applied on(Connection connection) throws SQLException;
    }

    @Override
    public Standing standing(String log) {
        try {
            Standing found = asked(log);
            keepsRejections |= found instanceof Standing.At at && !at.rejected().isEmpty();
            return found;
        } catch (SQLException failed) {
            return Answers.isNoTable(failed) ? standingOfMade(log) : answers.unavailable(failed);
        }
    }

    private Standing asked(String log) throws SQLException {
        try (Connection connection = LocalTransaction.connect(dataSource)) {
            return LocalTransaction.in(connection, () -> progress.standing(connection, log));
        }
    }

    /** Several may start at the same time: who makes the tables does not matter. */
    private Standing standingOfMade(String log) {
        SQLException refused = null;
        for (String ddl : List.of(ProgressTable.PROGRESS, ProgressTable.REJECTED)) {
            try (Connection connection = LocalTransaction.connect(dataSource)) {
                ProgressTable.create(connection, ddl);
            } catch (SQLException there) {
                refused = there;
            }
        }
        try {
            return asked(log);
        } catch (SQLException failed) {
            String why = Answers.told(refused == null ? failed : refused);
            return new Unavailable(
                    "expected the tables of progress, but %s. Let somebody who may run: %s; %s; %s"
                            .formatted(why, ProgressTable.PROGRESS, ProgressTable.REJECTED, ProgressTable.GRANT),
                    true);
        }
    }

    @Override
    public Applied apply(Turn turn, List<? extends StagedRow<? extends T>> rows) {
        return transaction(turn, connection -> statement.run(connection, rows, answers, LocalTransaction.SECONDS));
    }

    @Override
    public Applied reject(Turn turn, Rejection rejection) {
        keepsRejections = true;
        return transaction(turn, connection -> {
            progress.reject(connection, turn.log(), rejection);
            return null;
        });
    }

    private Applied transaction(Turn turn, Work work) {
        try (Connection connection = LocalTransaction.connect(dataSource)) {
            return LocalTransaction.in(connection, () -> {
                if (!progress.move(connection, turn, LocalTransaction.SECONDS)) {
                    connection.rollback();
                    return new Applied.OutOfTurn();
                }
                if (keepsRejections) {
                    progress.forget(connection, turn);
                }
                Applied instead = work.on(connection);
                if (instead != null) {
                    connection.rollback();
                    return instead;
                }
                return committed(connection, turn);
            });
        } catch (SQLException failed) {
            return answers.unavailable(failed);
        }
    }

    /** Constraints that are looked at here, not before, have refused a row for sure. */
    private Applied committed(Connection connection, Turn turn) throws SQLException {
        try {
            connection.commit();
            return new Applied.Done();
        } catch (SQLException refused) {
            if (answers.isRowsFault(refused)) {
                return answers.refused(turn.next() - 1, refused, false);
            }
            throw refused;
        }
    }

    @Override
    public void close() {}
}
