package io.waybill.sinks.sql;

import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.util.Set;

/** Whether what a database answers is the fault of what a row holds, for sure: then it would answer so again. */
public final class RowsFault {

    /** Data, constraints, check options, cardinality, triggers and functions that raise, by the classes of SQLSTATE. */
    private static final Set<String> CLASSES = Set.of("21", "22", "23", "27", "38", "44", "45", "P0");
    /** PostgreSQL: a key too long for its index. */
    private static final String PAST_A_LIMIT = "54000";

    private RowsFault() {}

    /** Of this answer alone, not of those behind it. */
    public static boolean is(SQLException answer) {
        String state = answer.getSQLState() == null ? "" : answer.getSQLState();
        return answer instanceof SQLDataException
                || answer instanceof SQLIntegrityConstraintViolationException
                || CLASSES.contains(state.substring(0, Math.min(2, state.length())))
                || state.equals(PAST_A_LIMIT);
    }
}
