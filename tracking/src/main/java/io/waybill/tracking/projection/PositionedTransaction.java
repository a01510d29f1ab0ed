package io.waybill.tracking.projection;

import io.waybill.projection.JdbcPositions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import javax.sql.DataSource;
import org.apache.kafka.common.TopicPartition;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** A database transaction of its own whose first statement proves that it is this projection's turn (R12). */
public final class PositionedTransaction {

    private static final String AS_OF = "UPDATE waybill.tracking_position SET as_of = greatest(as_of, ?)"
            + " WHERE projection = ? AND topic = ? AND partition = ?";

    private final String projection;
    private final JdbcPositions positions = new JdbcPositions("waybill.tracking_position");
    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;

    /** @param projection under which positions are kept in {@code waybill.tracking_position} */
    public PositionedTransaction(String projection, DataSource dataSource) {
        this.projection = projection;
        this.jdbc = new JdbcTemplate(dataSource);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        // A rival's commit must be seen by the compare-and-set, whatever the pool's default isolation is.
        transaction.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
        transaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
    }

    public Map<TopicPartition, Long> positions() {
        return callback(connection -> positions.load(connection, projection));
    }

    /**
     * @param asOf when the newest record of the batch was decided
     * @return false where the position was not {@code expected}; nothing was written
     */
    public boolean apply(TopicPartition partition, long expected, long next, Instant asOf, Work work) {
        return Boolean.TRUE.equals(transaction.execute(status -> callback(connection -> {
            if (!positions.advance(connection, projection, partition, expected, next)) {
                status.setRollbackOnly();
                return false;
            }
            work.in(connection);
            noteTime(connection, partition, asOf);
            return true;
        })));
    }

    private void noteTime(Connection connection, TopicPartition partition, Instant asOf) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(AS_OF)) {
            statement.setObject(1, asOf.atOffset(ZoneOffset.UTC));
            statement.setString(2, projection);
            statement.setString(3, partition.topic());
            statement.setInt(4, partition.partition());
            statement.executeUpdate();
        }
    }

    private <T> T callback(ConnectionCallback<T> work) {
        T result = jdbc.execute(work);
        if (result == null) {
            throw new IllegalStateException("expected a result of the statements, but was null");
        }
        return result;
    }

    /** What goes with the position. */
    public interface Work {
        void in(Connection connection) throws SQLException;
    }
}
