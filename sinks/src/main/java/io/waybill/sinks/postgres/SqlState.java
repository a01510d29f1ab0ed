package io.waybill.sinks.postgres;

import io.waybill.sink.Verdict;
import io.waybill.sinks.sql.RowsFault;
import java.sql.SQLException;

/** What PostgreSQL's answers mean. The one place that knows its codes. */
final class SqlState {

    static final String LOCK_NOT_AVAILABLE = "55P03";

    private static final String FEATURE_NOT_SUPPORTED = "0A000";
    private static final String INVALID_AUTHORIZATION = "28";
    private static final String UNKNOWN_DATABASE = "3D000";
    private static final String READ_ONLY = "25006";
    private static final String INSUFFICIENT_PRIVILEGE = "42501";
    private static final String UNDEFINED_OBJECT = "42704";
    private static final String UNDEFINED_TABLE = "42P01";
    private static final String OUT_OF_MEMORY = "53200";
    private static final String NOT_IN_STATE = "55000";

    private SqlState() {}

    private static String of(SQLException answer) {
        return answer.getSQLState() == null ? "" : answer.getSQLState();
    }

    /** Nothing is prepared under that name (any more). */
    static boolean isGone(SQLException answer) {
        return of(answer).equals(UNDEFINED_OBJECT);
    }

    static boolean isHeld(SQLException answer) {
        return of(answer).equals(LOCK_NOT_AVAILABLE);
    }

    static boolean isDenied(SQLException answer) {
        return of(answer).equals(INSUFFICIENT_PRIVILEGE);
    }

    /** By the table's name, since messages may be in any language. */
    static boolean isOfTheFence(SQLException answer) {
        return String.valueOf(answer.getMessage()).contains("waybill_fence")
                && (of(answer).equals(UNDEFINED_TABLE) || isDenied(answer));
    }

    /** What the server itself said, which a batch hides in the next answer. */
    static boolean isOfTheRow(SQLException answer) {
        return RowsFault.is(answer.getNextException() == null ? answer : answer.getNextException());
    }

    /** PostgreSQL has no code of its own for prepared transactions. */
    static boolean isOutOfRoom(SQLException answer) {
        return of(answer).equals(OUT_OF_MEMORY);
    }

    /** Of {@code COMMIT PREPARED}, where the server was asked. */
    static Verdict ofCommit(SQLException answer) {
        String reason = PostgresSinkException.told(answer);
        return switch (of(answer)) {
            case UNDEFINED_OBJECT -> new Verdict.AlreadyCommitted();
            // Another client is at it, or this server became a standby.
            case NOT_IN_STATE, READ_ONLY -> new Verdict.RetryLater(reason);
            // It was prepared by another role, or in another database of this server.
            case INSUFFICIENT_PRIVILEGE, FEATURE_NOT_SUPPORTED -> new Verdict.Rejected(reason);
            default -> new Verdict.Unknown(reason);
        };
    }

    /** Where there was no connection to ask by. */
    static Verdict ofConnecting(SQLException answer) {
        String reason = PostgresSinkException.told(answer);
        return of(answer).startsWith(INVALID_AUTHORIZATION) || of(answer).equals(UNKNOWN_DATABASE)
                ? new Verdict.Rejected(reason)
                : new Verdict.RetryLater(reason);
    }
}
