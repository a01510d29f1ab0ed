package io.waybill.sinks.postgres;

import io.waybill.sink.Claim;
import io.waybill.sink.Fence;
import io.waybill.sink.SinkScope;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The table of the fence rows: one for each partition of each sink that writes to this database (R4). */
final class FenceTable {

    /** Each checkpoint updates its rows, so pages keep room for their next versions. */
    static final String DDL = "CREATE TABLE IF NOT EXISTS waybill_fence (tag text NOT NULL, partition integer NOT NULL,"
            + " epoch bigint NOT NULL, next_offset bigint NOT NULL, PRIMARY KEY (tag, partition)) WITH (fillfactor = 50)";

    static final String GRANT = "GRANT SELECT, INSERT, UPDATE ON waybill_fence TO <role>";

    /**
     * A new row begins at the server's clock in milliseconds, not at one: were the table dropped and made again, no epoch
     * would be given a second time.
     */
    private static final String RAISE = "INSERT INTO waybill_fence AS fence (tag, partition, epoch, next_offset)"
            + " VALUES (?, ?, (extract(epoch FROM clock_timestamp()) * 1000)::bigint, " + Fence.NOTHING + ")"
            + " ON CONFLICT (tag, partition) DO UPDATE SET epoch = fence.epoch + 1 RETURNING epoch, next_offset";

    private static final String CLAIM =
            "UPDATE waybill_fence SET next_offset = ? WHERE tag = ? AND partition = ? AND epoch = ?";

    private FenceTable() {}

    /** Also the first moment at which the server can say that it prepares nothing. */
    static boolean isThere(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("SELECT current_setting('max_prepared_transactions')::int,"
                        + " to_regclass('waybill_fence') IS NOT NULL")) {
            found.next();
            if (found.getInt(1) == 0) {
                throw PostgresSinkException.preparesNothing();
            }
            return found.getBoolean(2);
        }
    }

    /** Those who start at the same time wait for each other: {@code IF NOT EXISTS} alone would fail for one of them. */
    static boolean create(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            boolean unused = statement.execute("SELECT pg_advisory_xact_lock(hashtext('waybill_fence'))");
            unused = statement.execute(DDL);
            return true;
        } catch (SQLException refused) {
            if (SqlState.isDenied(refused)) {
                throw PostgresSinkException.mayNotCreate(refused);
            }
            throw refused;
        }
    }

    /** @throws SQLException {@link SqlState#LOCK_NOT_AVAILABLE} where somebody holds the row */
    static Fence raise(Connection connection, SinkScope scope, int partition) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(RAISE)) {
            statement.setString(1, scope.tag());
            statement.setInt(2, partition);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new Fence.Raised(row.getLong(1), row.getLong(2));
            }
        }
    }

    /** Locks the rows until the transaction ends, prepared or not; in one order, so that no two wait for each other. */
    static @Nullable Claim firstRefused(Connection connection, SinkScope scope, List<Claim> claims)
            throws SQLException {
        List<Claim> ordered = claims.stream()
                .sorted(Comparator.comparingInt(Claim::partition))
                .toList();
        try (PreparedStatement statement = connection.prepareStatement(CLAIM)) {
            for (Claim claim : ordered) {
                statement.setLong(1, claim.next());
                statement.setString(2, scope.tag());
                statement.setInt(3, claim.partition());
                statement.setLong(4, claim.epoch());
                statement.addBatch();
            }
            int[] counts = statement.executeBatch();
            for (int i = 0; i < counts.length; i++) {
                if (counts[i] != 1) {
                    return ordered.get(i);
                }
            }
            return null;
        }
    }
}
