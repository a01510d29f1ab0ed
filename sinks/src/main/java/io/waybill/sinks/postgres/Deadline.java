package io.waybill.sinks.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;

/** Until when something has to be done, and the limits of server and network that follow. */
record Deadline(long atNanos) {

    static Deadline in(Duration time) {
        return new Deadline(System.nanoTime() + time.toNanos());
    }

    Duration left() throws SQLException {
        Duration left = Duration.ofNanos(atNanos - System.nanoTime());
        if (left.toMillis() <= 0) {
            throw new SQLTimeoutException("the time for it is over");
        }
        return left;
    }

    /** No answer is awaited longer than this. */
    void limit(Connection connection) throws SQLException {
        connection.setNetworkTimeout(Runnable::run, Math.toIntExact(left().toMillis()));
    }
}
