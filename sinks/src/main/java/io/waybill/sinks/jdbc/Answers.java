package io.waybill.sinks.jdbc;

import io.waybill.sink.Applied;
import io.waybill.sink.Rejection;
import io.waybill.sink.Unavailable;
import io.waybill.sinks.sql.RowsFault;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.SQLSyntaxErrorException;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a database's answers mean, by the classes of SQLSTATE. Only what is a row's fault for sure rejects it: whatever else
 * it may be is tried again.
 */
final class Answers {

    /** Statement or rights, log-in, catalog, schema, a feature that is not there. */
    private static final Set<String> NEEDS_PERSON = Set.of("0A", "28", "3D", "3F", "42");

    /** A deadlock, or what could not be serialized. */
    private static final String ROLLED_BACK = "40";

    private static final String DISK_FULL = "53100";
    private static final String READ_ONLY = "25006";
    private static final int MOST = 1_000;

    private final Predicate<SQLException> more;

    /** @param more answers by which this database refuses a row as well */
    Answers(Predicate<SQLException> more) {
        this.more = more;
    }

    boolean isRowsFault(SQLException answer) {
        for (Throwable each : answer) {
            if (each instanceof SQLException one && isOne(one)) {
                return true;
            }
        }
        return false;
    }

    private boolean isOne(SQLException answer) {
        return RowsFault.is(answer) || more.test(answer);
    }

    Applied.Refused refused(long offset, SQLException answer, boolean known) {
        return new Applied.Refused(new Rejection(offset, Rejection.BY_TARGET, told(answer)), known);
    }

    Unavailable unavailable(SQLException answer) {
        return new Unavailable(told(answer), needsPerson(answer));
    }

    private static boolean needsPerson(SQLException answer) {
        return answer instanceof SQLSyntaxErrorException
                || answer instanceof SQLInvalidAuthorizationSpecException
                || NEEDS_PERSON.contains(kind(answer))
                || state(answer).equals(DISK_FULL)
                || state(answer).equals(READ_ONLY);
    }

    /** No such table, in whatever words. */
    static boolean isNoTable(SQLException answer) {
        return answer instanceof SQLSyntaxErrorException || kind(answer).equals("42");
    }

    /** The server is well and tells what it does not do: the connection is as good as before. */
    static boolean isOfStatement(SQLException answer) {
        return isNoTable(answer) || kind(answer).equals(ROLLED_BACK);
    }

    static boolean isThereAlready(SQLException answer) {
        return answer instanceof SQLIntegrityConstraintViolationException
                || kind(answer).equals("23");
    }

    /** With what the driver hides in the next exception. */
    static String told(SQLException answer) {
        StringBuilder text = new StringBuilder();
        for (SQLException each = answer; each != null && text.length() < MOST; each = each.getNextException()) {
            text.append(text.isEmpty() ? "" : "; ");
            text.append('[').append(state(each)).append("] ").append(each.getMessage());
        }
        String clean = text.toString().replace('\0', ' ');
        return clean.length() <= MOST ? clean : clean.substring(0, MOST);
    }

    private static String kind(SQLException answer) {
        String state = state(answer);
        return state.length() < 2 ? "" : state.substring(0, 2);
    }

    private static String state(SQLException answer) {
        return answer.getSQLState() == null ? "" : answer.getSQLState();
    }
}
