package io.waybill.sinks.postgres;

import io.waybill.sinks.sql.Parameters;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The team's statement, run once for each row. */
final class Statements {

    private static final int BATCH = 1_000;

    private static final Pattern ENTRY = Pattern.compile("\\d{1,3}");

    private final String sql;
    private final int parameters;

    private Statements(String sql, int parameters) {
        this.sql = sql;
        this.parameters = parameters;
    }

    static Statements of(String sql) {
        return new Statements(sql, Parameters.in(sql));
    }

    PostgresRow row(Values values) {
        List<@Nullable Object> list = values.list();
        Parameters.requireAll(sql, parameters, list.size());
        return new PostgresRow(list, values.bytes());
    }

    void run(Connection connection, Deadline deadline, List<PostgresRow> rows) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int from = 0; from < rows.size(); from += BATCH) {
                deadline.limit(connection);
                send(statement, rows, from, Math.min(rows.size(), from + BATCH));
            }
        }
    }

    private void send(PreparedStatement statement, List<PostgresRow> rows, int from, int to) throws SQLException {
        for (PostgresRow row : rows.subList(from, to)) {
            for (int i = 0; i < parameters; i++) {
                statement.setObject(i + 1, row.values().get(i));
            }
            statement.addBatch();
        }
        try {
            int[] unused = statement.executeBatch();
        } catch (BatchUpdateException refused) {
            throw new RowsNotRunException(from + 1, to, entry(refused), sql, refused);
        }
    }

    /** The driver marks the whole batch as failed; which entry it was stands in its message only, as the first number. */
    private static @Nullable Integer entry(BatchUpdateException refused) {
        Matcher number = ENTRY.matcher(String.valueOf(refused.getMessage()));
        return number.find() ? Integer.valueOf(number.group()) : null;
    }
}
