package io.waybill.sinks.postgres;

import io.waybill.sink.Claim;
import io.waybill.sink.Handle;
import java.sql.SQLException;

/** PostgreSQL did not do what a participant asked. The engine tells people the message. */
final class PostgresSinkException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private static final String BY_HAND = ". Let somebody who may run: " + FenceTable.DDL + "; " + FenceTable.GRANT;

    private PostgresSinkException(String message) {
        super(message);
    }

    private PostgresSinkException(String message, SQLException cause) {
        super(message, cause);
    }

    static PostgresSinkException failed(String call, SQLException cause) {
        if (cause instanceof RowsNotRunException) {
            return new PostgresSinkException(String.valueOf(cause.getMessage()), cause);
        }
        return new PostgresSinkException(
                "expected PostgreSQL to %s, but %s%s".formatted(call, told(cause), advice(cause)), cause);
    }

    private static String advice(SQLException cause) {
        if (SqlState.isOutOfRoom(cause)) {
            return ". If it is out of prepared transactions raise max_prepared_transactions, which takes a restart of the"
                    + " server: two for each processing thread and sink, in all instances, are plenty";
        }
        return SqlState.isOfTheFence(cause) ? BY_HAND : "";
    }

    static PostgresSinkException mayNotCreate(SQLException cause) {
        return new PostgresSinkException(
                "expected table waybill_fence, or a role that may create it, but %s%s".formatted(told(cause), BY_HAND),
                cause);
    }

    static PostgresSinkException preparesNothing() {
        return new PostgresSinkException(
                "expected a server that prepares transactions, but max_prepared_transactions is 0."
                        + " Set it to two for each processing thread and sink, in all instances, and restart the server");
    }

    static PostgresSinkException formerOwner(Handle handle, Claim claim) {
        return new PostgresSinkException(
                "expected epoch %d of partition %d for %s, but the partition has a new owner since, or no fence row any more"
                        .formatted(claim.epoch(), claim.partition(), handle.text()));
    }

    /** The server's words: those of a batch repeat the row, which may be nobody's business. */
    static String told(SQLException answer) {
        SQLException told = answer.getNextException() == null ? answer : answer.getNextException();
        return "%s (SQLSTATE %s)".formatted(told.getMessage(), told.getSQLState());
    }
}
