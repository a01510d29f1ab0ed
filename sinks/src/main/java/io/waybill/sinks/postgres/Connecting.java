package io.waybill.sinks.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;

/** Bounds how long a data source may take, whatever its own time-outs are: pools wait for half a minute. */
final class Connecting {

    private Connecting() {}

    static Connection to(DataSource dataSource, Duration limit) throws SQLException {
        CompletableFuture<Connection> asked = new CompletableFuture<>();
        Thread unused =
                Thread.ofPlatform().daemon().name("waybill-postgres-connect").start(() -> connect(dataSource, asked));
        try {
            return asked.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            // Whoever completes it first has it: a connection that comes later is closed by its thread.
            if (asked.cancel(false)) {
                throw new SQLTimeoutException("expected a connection within %s, but none came".formatted(limit), late);
            }
            return asked.resultNow();
        } catch (InterruptedException interrupted) {
            boolean closedLater = asked.cancel(false);
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted while connecting, late connection closed: " + closedLater, interrupted);
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof SQLException refused ? refused : new SQLException(failed.getCause());
        }
    }

    private static void connect(DataSource dataSource, CompletableFuture<Connection> asked) {
        try {
            Connection connection = dataSource.getConnection();
            if (!asked.complete(connection)) {
                connection.close();
            }
        } catch (Exception failed) {
            boolean unused = asked.completeExceptionally(failed);
        }
    }
}
