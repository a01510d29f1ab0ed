package io.waybill.crash.oracle;

import static io.waybill.crash.oracle.Violations.Kind.LEFT_OPEN;
import static io.waybill.crash.oracle.Violations.Kind.TRACKING_WRONG;

import io.waybill.crash.job.JobSinks;
import io.waybill.crash.oracle.Expectation.Fate;
import io.waybill.crash.oracle.Expectation.Place;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/** What the tracking tables must say: one row for each record of the input, and of each line of an order what became of it. */
public final class TrackingOracle {

    /** A line that is booked has a row for each staged sink. */
    private static final List<String> SUNK = Collections.nCopies(JobSinks.staged(), "PASSED");

    private final String jdbcUrl;

    public TrackingOracle(String jdbcUrl) {
        this.jdbcUrl = jdbcUrl;
    }

    /** Flows that have a result. */
    public int settled() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select count(*) from flow where status <> 'IN_PROGRESS'")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    public void judge(Expectation expectation, Violations violations) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            judgeFlows(expectation, statement, violations);
            judgeParts(expectation, statement, violations);
            judgeIncidents(statement, violations);
        }
    }

    private static void judgeFlows(Expectation expectation, Statement statement, Violations violations)
            throws SQLException {
        Set<Place> seen = new HashSet<>();
        try (ResultSet row = statement.executeQuery(
                "select source_partition, source_offset, message_id, status, succeeded, failed from flow")) {
            while (row.next()) {
                Place place = new Place(row.getInt(1), row.getLong(2));
                String id = expectation.idByPlace().get(place);
                if (id == null || !id.equals(row.getString(3))) {
                    violations.add(TRACKING_WRONG, "a flow of no record: %s %s".formatted(place, row.getString(3)));
                    continue;
                }
                Fate fate = Objects.requireNonNull(expectation.byId().get(id));
                boolean first = fate.first().equals(place);
                String status = first ? fate.verdict().name() : "DUPLICATE";
                boolean right = status.equals(row.getString(4))
                        && (!first || (row.getLong(5) == fate.succeeded() && row.getLong(6) == fate.failed()));
                if (!seen.add(place) || !right) {
                    violations.add(
                            TRACKING_WRONG,
                            "%s at %s: expected %s once, but was %s".formatted(id, place, status, row.getString(4)));
                }
            }
        }
        for (Map.Entry<Place, String> record : expectation.idByPlace().entrySet()) {
            if (!seen.contains(record.getKey())) {
                violations.add(TRACKING_WRONG, "no row of " + record.getValue() + " at " + record.getKey());
            }
        }
    }

    private static void judgeParts(Expectation expectation, Statement statement, Violations violations)
            throws SQLException {
        Map<String, List<String>> statusByLabel = new HashMap<>();
        try (ResultSet row = statement.executeQuery(
                "select label, status from part where label is not null and status <> 'SPLIT'")) {
            while (row.next()) {
                statusByLabel
                        .computeIfAbsent(row.getString(1), label -> new ArrayList<>())
                        .add(row.getString(2));
            }
        }
        Stream.concat(expectation.bookedByKey().values().stream(), expectation.repairedByKey().values().stream())
                .flatMap(Collection::stream)
                .map(Output::label)
                .forEach(label -> requireStatus(label, SUNK, statusByLabel, violations));
        for (String label : expectation.givenUp()) {
            if (label.contains("#")) {
                switch (expectation.repairs().ending(label)) {
                    case OPEN -> requireStatus(label, List.of("DEAD_LETTERED"), statusByLabel, violations);
                    case DISCARDED -> requireStatus(label, List.of("DISCARDED"), statusByLabel, violations);
                    case RESOLVED -> {} // among the repaired
                }
            }
        }
        statusByLabel.forEach((label, status) -> violations.add(TRACKING_WRONG, "nobody sent line " + label));
    }

    private static void requireStatus(
            String label, List<String> status, Map<String, List<String>> statusByLabel, Violations violations) {
        List<String> found = statusByLabel.remove(label);
        if (!status.equals(found)) {
            violations.add(TRACKING_WRONG, "line %s: expected %s, but was %s".formatted(label, status, found));
        }
    }

    private static void judgeIncidents(Statement statement, Violations violations) throws SQLException {
        try (ResultSet row = statement.executeQuery("select code, title, detail from incident where open")) {
            while (row.next()) {
                violations.add(
                        LEFT_OPEN,
                        "incident %s: %s %s".formatted(row.getString(1), row.getString(2), row.getString(3)));
            }
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(jdbcUrl, "waybill", "waybill");
    }
}
