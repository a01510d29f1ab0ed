package io.waybill.sinks.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A participant's one connection: opened when it is needed, and given up with the first error, since it is cheaper to open
 * another than to find out whether this one is sound. Settings of the server are changed within transactions only: a pool
 * gets its connection back as it was. For one thread.
 */
final class Session implements AutoCloseable {

    private static final Duration CONNECT = Duration.ofSeconds(2);
    /** A firewall forgets an idle connection without telling anybody, and a failed checkpoint costs more than a look. */
    private static final Duration SURELY_ALIVE = Duration.ofSeconds(2);

    private final DataSource dataSource;
    private @Nullable Connection open;
    private long usedNanos;
    private int networkTimeout;
    private boolean fenced;

    Session(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    interface Work<R> {
        R on(Connection connection) throws SQLException;
    }

    /** Opens one where there is none. Until this returns nothing was asked of the server. */
    Connection connection() throws SQLException {
        Connection found = open;
        if (found != null && (!isRecent() && !found.isValid(1))) {
            drop();
            found = null;
        }
        if (found == null) {
            found = Connecting.to(dataSource, CONNECT);
            open = found;
            networkTimeout = found.getNetworkTimeout();
            fenced = false;
            found.setAutoCommit(true);
        }
        usedNanos = System.nanoTime();
        return found;
    }

    private boolean isRecent() {
        return System.nanoTime() - usedNanos < SURELY_ALIVE.toNanos();
    }

    /** One statement by itself. */
    <R> R alone(Duration limit, Work<R> work) throws SQLException {
        Connection connection = connection();
        try {
            Deadline.in(limit).limit(connection);
            return work.on(connection);
        } catch (SQLException failed) {
            drop();
            throw failed;
        }
    }

    /** As {@link #transaction}, once it is certain that there is a fence table and that anything can be prepared. */
    <R> R fenced(Duration patience, Deadline deadline, Work<R> work) throws SQLException {
        // A new one has not looked yet.
        Connection unused = connection();
        if (!fenced) {
            fenced = alone(deadline.left(), FenceTable::isThere) || transaction(patience, deadline, FenceTable::create);
        }
        return transaction(patience, deadline, work);
    }

    /**
     * Commits unless the work throws or has ended the transaction itself.
     *
     * @param patience for each lock
     */
    private <R> R transaction(Duration patience, Deadline deadline, Work<R> work) throws SQLException {
        Connection connection = connection();
        try {
            deadline.limit(connection);
            connection.setAutoCommit(false);
            limitServer(connection, patience, deadline.left());
            R result = work.on(connection);
            connection.commit();
            connection.setAutoCommit(true);
            return result;
        } catch (SQLException | RuntimeException failed) {
            drop();
            throw failed;
        }
    }

    /** Also against the case that nobody hears of this client any more: its locks would stay for hours. */
    private static void limitServer(Connection connection, Duration patience, Duration whole) throws SQLException {
        try (PreparedStatement set = connection.prepareStatement(
                "SELECT set_config('lock_timeout', ?, true),"
                        + " set_config('statement_timeout', ?, true),"
                        + " set_config('idle_in_transaction_session_timeout', ?, true),"
                        + " set_config('synchronous_commit', replace(current_setting('synchronous_commit'), 'off', 'on'), true)")) {
            set.setString(1, millis(patience));
            set.setString(2, millis(whole));
            set.setString(3, millis(whole));
            boolean unused = set.execute();
        }
    }

    private static String millis(Duration time) {
        return String.valueOf(Math.max(1, time.toMillis()));
    }

    /** What was not prepared or committed is undone by the server, at once: it sees the end of the connection. */
    private void drop() {
        Connection dropped = open;
        open = null;
        if (dropped == null) {
            return;
        }
        try (dropped) {
            dropped.abort(Runnable::run);
        } catch (SQLException broken) {
            // It was broken before.
        }
    }

    @Override
    public void close() {
        Connection closed = open;
        open = null;
        if (closed == null) {
            return;
        }
        try (closed) {
            closed.setNetworkTimeout(Runnable::run, networkTimeout);
        } catch (SQLException broken) {
            // What is prepared does not depend on it.
        }
    }
}
