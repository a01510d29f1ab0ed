package io.waybill.sinks.postgres;

import io.waybill.sink.Claim;
import io.waybill.sink.Fence;
import io.waybill.sink.Handle;
import io.waybill.sink.Participant;
import io.waybill.sink.Prepared;
import io.waybill.sink.SinkScope;
import io.waybill.sink.TwoPhaseSink.Row;
import io.waybill.sink.Verdict;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A processing thread's end of the sink. Rows wait in memory until they are prepared, all in one transaction; the engine
 * bounds how many bytes a checkpoint has.
 */
final class PostgresParticipant implements Participant {

    /** For one question and its answer. */
    private static final Duration ANSWER = Duration.ofSeconds(3);

    private static final String PREPARED = "SELECT gid, extract(epoch FROM clock_timestamp() - prepared) * 1000"
            + " FROM pg_prepared_xacts WHERE database = current_database() ORDER BY prepared";

    private final SinkScope scope;
    private final Statements statement;
    private final Session session;
    private final List<PostgresRow> written = new ArrayList<>();

    PostgresParticipant(SinkScope scope, Statements statement, Session session) {
        this.scope = scope;
        this.statement = statement;
        this.session = session;
    }

    @Override
    public Fence raise(int partition, Duration patience) {
        try {
            return session.fenced(
                    patience,
                    Deadline.in(patience.plus(ANSWER)),
                    connection -> FenceTable.raise(connection, scope, partition));
        } catch (SQLException answer) {
            if (SqlState.isHeld(answer)) {
                return new Fence.Held();
            }
            throw PostgresSinkException.failed("raise the epoch of partition " + partition, answer);
        }
    }

    @Override
    public List<Prepared> prepared() {
        try {
            return session.alone(ANSWER, this::list);
        } catch (SQLException answer) {
            throw PostgresSinkException.failed("list what is prepared", answer);
        }
    }

    private List<Prepared> list(Connection connection) throws SQLException {
        try (Statement question = connection.createStatement();
                ResultSet rows = question.executeQuery(PREPARED)) {
            List<Prepared> listed = new ArrayList<>();
            while (rows.next()) {
                Handle handle = Handle.parse(rows.getString(1));
                if (handle != null && handle.isOf(scope)) {
                    listed.add(new Prepared(handle, Duration.ofMillis(Math.max(0, rows.getLong(2)))));
                }
            }
            return listed;
        }
    }

    @Override
    public void write(int partition, Row row) {
        written.add((PostgresRow) row);
    }

    @Override
    public void prepare(Handle handle, List<Claim> claims, Duration budget) {
        List<PostgresRow> rows = List.copyOf(written);
        written.clear();
        Deadline deadline = Deadline.in(budget);
        try {
            boolean unused = session.fenced(budget, deadline, connection -> {
                prepare(connection, deadline, handle, claims, rows);
                return true;
            });
        } catch (SQLException answer) {
            if (SqlState.isOfTheRow(answer)) {
                nameRefused(rows, deadline);
            }
            throw PostgresSinkException.failed("prepare " + handle.text(), answer);
        }
    }

    /** Returns where none can be named, so that the checkpoint just aborts. */
    private void nameRefused(List<PostgresRow> rows, Deadline deadline) {
        try {
            boolean unused = session.fenced(deadline.left(), deadline, connection -> {
                RefusedRows.find(connection, deadline, statement, rows);
                throw new SQLException("none of the rows is refused by itself");
            });
        } catch (SQLException notFound) {
            // What was answered first says more.
        }
    }

    private void prepare(
            Connection connection, Deadline deadline, Handle handle, List<Claim> claims, List<PostgresRow> rows)
            throws SQLException {
        Claim refused = FenceTable.firstRefused(connection, scope, claims);
        if (refused != null) {
            throw PostgresSinkException.formerOwner(handle, refused);
        }
        statement.run(connection, deadline, rows);
        deadline.limit(connection);
        try (Statement last = connection.createStatement()) {
            // A statement that is cancelled while it waits for a synchronous standby succeeds with a warning: this one
            // must not be.
            boolean unused = last.execute("SET LOCAL statement_timeout = 0; PREPARE TRANSACTION " + literal(handle));
        }
    }

    @Override
    public Verdict commit(Handle handle) {
        try {
            Connection unused = session.connection();
        } catch (SQLException away) {
            return SqlState.ofConnecting(away);
        }
        try {
            return session.alone(ANSWER, connection -> {
                finish(connection, "COMMIT PREPARED " + literal(handle));
                return new Verdict.Committed();
            });
        } catch (SQLException answer) {
            return SqlState.ofCommit(answer);
        }
    }

    @Override
    public void abort(Handle handle) {
        try {
            boolean unused = session.alone(ANSWER, connection -> {
                finish(connection, "ROLLBACK PREPARED " + literal(handle));
                return true;
            });
        } catch (SQLException answer) {
            if (!SqlState.isGone(answer)) {
                throw PostgresSinkException.failed("roll back " + handle.text(), answer);
            }
        }
    }

    private static void finish(Connection connection, String order) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            boolean unused = statement.execute(order);
        }
    }

    /** These commands take no parameters; a handle has no character that would need quoting. */
    private static String literal(Handle handle) {
        return "'" + handle.text() + "'";
    }

    @Override
    public void discard() {
        written.clear();
    }

    @Override
    public void close() {
        written.clear();
        session.close();
    }
}
