package io.waybill.sinks.jdbc;

import io.waybill.sink.Rejection;
import io.waybill.sink.Standing;
import io.waybill.sink.Turn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** The progress rows of one task, and its rejections that were not told yet. In words that every database knows. */
final class ProgressTable {

    static final String PROGRESS =
            "CREATE TABLE waybill_progress (tag varchar(64) NOT NULL, log_id varchar(64) NOT NULL,"
                    + " part integer NOT NULL, next_offset numeric(19) NOT NULL, PRIMARY KEY (tag, log_id, part))";

    static final String REJECTED =
            "CREATE TABLE waybill_rejected (tag varchar(64) NOT NULL, log_id varchar(64) NOT NULL,"
                    + " part integer NOT NULL, row_offset numeric(19) NOT NULL, code varchar(200) NOT NULL,"
                    + " message varchar(2000) NOT NULL, PRIMARY KEY (tag, log_id, part, row_offset))";

    static final String GRANT =
            "GRANT SELECT, INSERT, UPDATE ON waybill_progress TO <role>; GRANT SELECT, INSERT, DELETE ON waybill_rejected TO <role>";

    private static final String OF = " WHERE tag = ? AND log_id = ? AND part = ?";
    private static final int CODE = 200;
    private static final int MESSAGE = 1_000;

    private final String tag;
    private final int partition;

    ProgressTable(String tag, int partition) {
        this.tag = tag;
        this.partition = partition;
    }

    static void create(Connection connection, String ddl) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            boolean unused = statement.execute(ddl);
        }
    }

    Standing standing(Connection connection, String log) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT next_offset FROM waybill_progress" + OF)) {
            bind(statement, 1, log);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? new Standing.At(row.getLong(1), rejected(connection, log)) : new Standing.Nowhere();
            }
        }
    }

    private List<Rejection> rejected(Connection connection, String log) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT row_offset, code, message FROM waybill_rejected" + OF)) {
            bind(statement, 1, log);
            List<Rejection> rejected = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    rejected.add(new Rejection(row.getLong(1), row.getString(2), row.getString(3)));
                }
            }
            return rejected;
        }
    }

    /** Waits for a rival that holds the row. @return false where it stands elsewhere (R12) */
    boolean move(Connection connection, Turn turn, int seconds) throws SQLException {
        if (turn.from() == Turn.NOTHING) {
            return begin(connection, turn, seconds);
        }
        try (PreparedStatement statement = connection.prepareStatement(
                "UPDATE waybill_progress SET next_offset = ?" + OF + " AND next_offset = ?")) {
            statement.setQueryTimeout(seconds);
            statement.setLong(1, turn.next());
            bind(statement, 2, turn.log());
            statement.setLong(5, turn.from());
            return statement.executeUpdate() == 1;
        }
    }

    private boolean begin(Connection connection, Turn turn, int seconds) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "INSERT INTO waybill_progress (tag, log_id, part, next_offset) VALUES (?, ?, ?, ?)")) {
            statement.setQueryTimeout(seconds);
            bind(statement, 1, turn.log());
            statement.setLong(4, turn.next());
            return statement.executeUpdate() == 1;
        } catch (SQLException rival) {
            if (Answers.isThereAlready(rival)) {
                return false;
            }
            throw rival;
        }
    }

    void reject(Connection connection, String log, Rejection rejection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "INSERT INTO waybill_rejected (tag, log_id, part, row_offset, code, message) VALUES (?, ?, ?, ?, ?, ?)")) {
            bind(statement, 1, log);
            statement.setLong(4, rejection.offset());
            statement.setString(5, bounded(rejection.code(), CODE));
            statement.setString(6, bounded(rejection.message(), MESSAGE));
            int unused = statement.executeUpdate();
        }
    }

    /** Those that were told. */
    void forget(Connection connection, Turn turn) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("DELETE FROM waybill_rejected" + OF + " AND row_offset < ?")) {
            bind(statement, 1, turn.log());
            statement.setLong(4, turn.told());
            int unused = statement.executeUpdate();
        }
    }

    private void bind(PreparedStatement statement, int from, String log) throws SQLException {
        statement.setString(from, tag);
        statement.setString(from + 1, log);
        statement.setInt(from + 2, partition);
    }

    /** Never empty: some databases take that for null. */
    private static String bounded(String text, int most) {
        String clean = text.isBlank() ? "-" : text.replace('\0', ' ');
        return clean.length() <= most ? clean : clean.substring(0, most);
    }
}
