package io.waybill.sinks.postgres;

import io.waybill.sink.RowsRefusedException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Looks for the rows that the database refuses as they are, in a transaction of its own that is never committed: halves
 * of a batch that fails are run again behind a savepoint, down to single rows.
 */
final class RefusedRows {

    private final Connection connection;
    private final Deadline deadline;
    private final Statements statement;
    private final List<PostgresRow> rows;
    private final SortedMap<Integer, String> refused = new TreeMap<>();

    private RefusedRows(Connection connection, Deadline deadline, Statements statement, List<PostgresRow> rows) {
        this.connection = connection;
        this.deadline = deadline;
        this.statement = statement;
        this.rows = rows;
    }

    /**
     * Returns where it finds none: then it is not one row's fault.
     *
     * @throws RowsRefusedException naming those that were found until the deadline
     */
    static void find(Connection connection, Deadline deadline, Statements statement, List<PostgresRow> rows)
            throws SQLException {
        RefusedRows search = new RefusedRows(connection, deadline, statement, rows);
        try (Statement first = connection.createStatement()) {
            boolean unused = first.execute("SET CONSTRAINTS ALL IMMEDIATE");
            search.among(0, rows.size());
        } catch (SQLException late) {
            if (search.refused.isEmpty()) {
                throw late;
            }
        }
        if (!search.refused.isEmpty()) {
            throw new RowsRefusedException(search.refused);
        }
    }

    private void among(int from, int to) throws SQLException {
        Savepoint before = connection.setSavepoint();
        try {
            statement.run(connection, deadline, rows.subList(from, to));
            connection.releaseSavepoint(before);
        } catch (RowsNotRunException failed) {
            if (!SqlState.isOfTheRow(failed.answer())) {
                throw failed.answer();
            }
            connection.rollback(before);
            if (to - from == 1) {
                refused.put(from, PostgresSinkException.told(failed.answer()));
            } else {
                int middle = (from + to) >>> 1;
                among(from, middle);
                among(middle, to);
            }
        }
    }
}
