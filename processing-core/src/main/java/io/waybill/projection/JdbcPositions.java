package io.waybill.projection;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.common.TopicPartition;

/**
 * Positions of projections in a table of Postgres, moved by compare-and-set (R12). Stateless and safe for any thread;
 * every method works in the transaction of the connection it is given and leaves it open.
 *
 * <p>The table belongs to the caller: {@code (projection text, topic text, partition int, next_offset bigint, primary
 * key (projection, topic, partition))}; further columns need a default.
 */
public final class JdbcPositions {

    private static final Pattern LEGAL = Pattern.compile("([a-z_][a-z0-9_]*\\.)?[a-z_][a-z0-9_]*");

    private final String select;
    private final String update;
    private final String insert;

    /** @param table for example {@code waybill.tracking_position} */
    public JdbcPositions(String table) {
        if (!LEGAL.matcher(table).matches()) {
            throw new IllegalArgumentException("expected a table as [schema.]name in lower case, but was: " + table);
        }
        select = "SELECT topic, partition, next_offset FROM " + table + " WHERE projection = ?";
        update = "UPDATE " + table + " SET next_offset = ?"
                + " WHERE projection = ? AND topic = ? AND partition = ? AND next_offset = ?";
        insert = "INSERT INTO " + table + " (next_offset, projection, topic, partition) VALUES (?, ?, ?, ?)"
                + " ON CONFLICT (projection, topic, partition) DO NOTHING";
    }

    /** The next offset of each partition that was ever advanced. */
    public Map<TopicPartition, Long> load(Connection connection, String projection) throws SQLException {
        Map<TopicPartition, Long> positions = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(select)) {
            statement.setString(1, projection);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    positions.put(new TopicPartition(row.getString(1), row.getInt(2)), row.getLong(3));
                }
            }
        }
        return positions;
    }

    /**
     * Must be the first statement of the transaction that applies the records from {@code expected} to {@code next}.
     * Waits for a rival that holds the row until that one has committed or rolled back.
     *
     * @return false where the position is not {@code expected}: someone else was faster, roll back
     */
    public boolean advance(Connection connection, String projection, TopicPartition partition, long expected, long next)
            throws SQLException {
        if (expected < 0 || next <= expected) {
            throw new IllegalArgumentException(
                    "expected 0 <= expected < next, but expected was %d and next %d".formatted(expected, next));
        }
        try (PreparedStatement statement = connection.prepareStatement(update)) {
            bind(statement, projection, partition, next);
            statement.setLong(5, expected);
            if (statement.executeUpdate() == 1) {
                return true;
            }
        }
        return expected == 0 && insert(connection, projection, partition, next);
    }

    private boolean insert(Connection connection, String projection, TopicPartition partition, long next)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(insert)) {
            bind(statement, projection, partition, next);
            return statement.executeUpdate() == 1;
        }
    }

    private static void bind(PreparedStatement statement, String projection, TopicPartition partition, long next)
            throws SQLException {
        statement.setLong(1, next);
        statement.setString(2, projection);
        statement.setString(3, partition.topic());
        statement.setInt(4, partition.partition());
    }
}
