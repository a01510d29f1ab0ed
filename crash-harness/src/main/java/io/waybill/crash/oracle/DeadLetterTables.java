package io.waybill.crash.oracle;

import static io.waybill.crash.oracle.Violations.Kind.DEAD_LETTER_ROW_WRONG;

import io.waybill.crash.oracle.Repairs.Act;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the tables of dead-letter administration must say: one row for each dead letter, one for each order. */
public final class DeadLetterTables {

    /**
     * A row of dead letters.
     *
     * @param label of the line, or the order's id
     */
    record Row(String label, String status, int attempt, byte[] payload, String errorCode) {}

    /** A row of orders. */
    record OrderRow(String label, int attempt, int revision, String action, String status) {}

    private final String jdbcUrl;

    public DeadLetterTables(String jdbcUrl) {
        this.jdbcUrl = jdbcUrl;
    }

    public void judge(Expectation expectation, Violations violations) throws SQLException {
        try (Connection connection = DriverManager.getConnection(jdbcUrl, "waybill", "waybill");
                Statement statement = connection.createStatement()) {
            Map<String, String> labels = new HashMap<>();
            judge(expectation, rows(statement, labels), orders(statement, labels), violations);
        }
    }

    static void judge(Expectation expectation, List<Row> rows, Map<String, OrderRow> orders, Violations violations) {
        Set<String> seen = new HashSet<>();
        for (Row row : rows) {
            if (!expectation.isGivenUp(row.label()) || !seen.add(row.label())) {
                violations.add(DEAD_LETTER_ROW_WRONG, "a row too many of " + row.label());
            } else {
                judge(row, expectation, violations);
            }
        }
        for (String label : expectation.givenUp()) {
            if (!seen.contains(label)) {
                violations.add(DEAD_LETTER_ROW_WRONG, "no row of " + label);
            }
        }
        Map<String, OrderRow> left = new HashMap<>(orders);
        for (String label : expectation.repairs().labels()) {
            List<Act> acts = expectation.repairs().acts(label);
            for (int attempt = 1; attempt <= acts.size(); attempt++) {
                judge(label, attempt, acts, left.remove(acts.get(attempt - 1).order()), violations);
            }
        }
        left.forEach((order, row) -> violations.add(DEAD_LETTER_ROW_WRONG, "nobody ordered %s".formatted(row)));
    }

    private static void judge(Row row, Expectation expectation, Violations violations) {
        String status = expectation.repairs().ending(row.label()).name();
        int attempts = expectation.repairs().acts(row.label()).size();
        if (!row.status().equals(status)
                || row.attempt() != attempts
                || !row.errorCode().equals("UNBOOKABLE")
                || !expectation.hasBytesOf(row.label(), row.payload())) {
            violations.add(
                    DEAD_LETTER_ROW_WRONG,
                    "%s: expected %s at attempt %d with its own bytes, but was %s at attempt %d, %s"
                            .formatted(row.label(), status, attempts, row.status(), row.attempt(), row.errorCode()));
        }
    }

    private static void judge(
            String label, int attempt, List<Act> acts, @Nullable OrderRow row, Violations violations) {
        OrderRow expected = switch (acts.get(attempt - 1).kind()) {
            case REPLAY -> new OrderRow(label, attempt, 0, "REPLAY", "FAILED_AGAIN");
            case REPLAY_EDITED -> new OrderRow(label, attempt, 1, "REPLAY", "SUCCEEDED");
            case DISCARD -> new OrderRow(label, attempt, 0, "DISCARD", "SUCCEEDED");
        };
        if (!expected.equals(row)) {
            violations.add(DEAD_LETTER_ROW_WRONG, "expected %s, but was %s".formatted(expected, row));
        }
    }

    private static List<Row> rows(Statement statement, Map<String, String> labels) throws SQLException {
        List<Row> rows = new ArrayList<>();
        try (ResultSet row = statement.executeQuery("select id, case path when '' then message_id else label end,"
                + " status, attempt, payload, error_code from dead_letter")) {
            while (row.next()) {
                labels.put(row.getString(1), row.getString(2));
                rows.add(new Row(row.getString(2), row.getString(3), row.getInt(4), row.getBytes(5), row.getString(6)));
            }
        }
        return rows;
    }

    private static Map<String, OrderRow> orders(Statement statement, Map<String, String> labels) throws SQLException {
        Map<String, OrderRow> orders = new HashMap<>();
        try (ResultSet row = statement.executeQuery(
                "select id, dead_letter_id, attempt, revision, action, status from replay_status")) {
            while (row.next()) {
                orders.put(
                        row.getString(1),
                        new OrderRow(
                                labels.getOrDefault(row.getString(2), row.getString(2)),
                                row.getInt(3),
                                row.getInt(4),
                                row.getString(5),
                                row.getString(6)));
            }
        }
        return orders;
    }
}
