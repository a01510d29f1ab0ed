package io.waybill.sinks.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;

/**
 * A connection for as long as one transaction. A pool gets it back as it was; what is not committed then is undone. Bounded
 * on both sides: no answer for long ends the call here, and a server that hears nothing more of this client must not hold
 * the progress row for ever.
 */
final class LocalTransaction {

    /** For each statement. */
    static final int SECONDS = 20;

    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final String POSTGRES = "PostgreSQL";
    private static final String IDLE = "SET LOCAL idle_in_transaction_session_timeout = '30s'";

    private LocalTransaction() {}

    interface Work<R> {
        R run() throws SQLException;
    }

    static Connection connect(DataSource dataSource) throws SQLException {
        return dataSource.getConnection();
    }

    /** The work commits, or what it did is undone. */
    static <R> R in(Connection connection, Work<R> work) throws SQLException {
        boolean automatic = connection.getAutoCommit();
        int before = limit(connection);
        connection.setAutoCommit(false);
        try {
            if (connection.getMetaData().getDatabaseProductName().equals(POSTGRES)) {
                try (Statement statement = connection.createStatement()) {
                    boolean unused = statement.execute(IDLE);
                }
            }
            R result = work.run();
            putBack(connection, automatic, before);
            return result;
        } catch (SQLException answer) {
            undo(connection, answer, automatic, before);
            throw answer;
        } catch (RuntimeException failed) {
            giveUp(connection, failed);
            throw failed;
        }
    }

    /** A pool says aloud that it was given a closed connection, and a first start begins with a table that is not there. */
    private static void undo(Connection connection, SQLException answer, boolean automatic, int before) {
        if (Answers.isOfStatement(answer)) {
            try {
                putBack(connection, automatic, before);
                return;
            } catch (SQLException broken) {
                answer.addSuppressed(broken);
            }
        }
        giveUp(connection, answer);
    }

    private static void putBack(Connection connection, boolean automatic, int before) throws SQLException {
        connection.rollback();
        connection.setAutoCommit(automatic);
        unlimit(connection, before);
    }

    /** @return the limit it had; negative where the driver knows none */
    private static int limit(Connection connection) throws SQLException {
        try {
            int before = connection.getNetworkTimeout();
            connection.setNetworkTimeout(Runnable::run, Math.toIntExact(ANSWER.toMillis()));
            return before;
        } catch (SQLFeatureNotSupportedException | AbstractMethodError unknown) {
            return -1;
        }
    }

    private static void unlimit(Connection connection, int before) throws SQLException {
        if (before >= 0) {
            connection.setNetworkTimeout(Runnable::run, before);
        }
    }

    /** It is cheaper to open another than to find out whether this one is sound; a pool sees that it is closed. */
    private static void giveUp(Connection connection, Throwable failed) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException | RuntimeException broken) {
            failed.addSuppressed(broken);
        }
    }
}
