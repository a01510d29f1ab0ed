package io.waybill.crash.oracle;

import static io.waybill.crash.oracle.Violations.Kind.LEFT_PREPARED;

import io.waybill.crash.job.Booked;
import io.waybill.crash.job.JobSinks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the sinks of the job must hold: every output once in each table, in the order of its key and with the right total, and
 * once in the files of each folder; nothing that is prepared, nothing that is staged.
 */
public final class SinkOracle {

    private static final JsonMapper JSON = new JsonMapper();

    private final String jdbcUrl;
    private final Path files;

    /** @param files below which sinks write */
    public SinkOracle(String jdbcUrl, Path files) {
        this.jdbcUrl = jdbcUrl;
        this.files = files;
    }

    public void judge(Expectation expectation, Violations violations) throws SQLException, IOException {
        try (Connection connection = DriverManager.getConnection(jdbcUrl, "waybill", "waybill");
                Statement statement = connection.createStatement()) {
            for (String table : JobSinks.tables()) {
                judgeTable(table, expectation, rows(table, statement), violations);
            }
            judgePrepared(statement, violations);
        }
        for (String folder : JobSinks.folders()) {
            judgeFiles(folder, expectation, rows(files.resolve(folder)), violations);
            judgeStaged(files.resolve(folder), violations);
        }
    }

    static void judgeTable(String table, Expectation expectation, List<Booked> rows, Violations violations) {
        Oracle.judgeOutputs(table, expectation, rows, violations);
        Oracle.judgeTotals(table, rows.stream(), violations);
    }

    /**
     * Of files the order is not judged: a former owner that dies in the middle of a commit may leave one whose name is later
     * than its rows (ADR 19).
     */
    static void judgeFiles(String folder, Expectation expectation, List<Booked> rows, Violations violations) {
        List<Booked> asDecided = rows.stream()
                .sorted(Comparator.comparing(Booked::account)
                        .thenComparingLong(Booked::total)
                        .thenComparing(Booked::order)
                        .thenComparingInt(Booked::line))
                .toList();
        Oracle.judgeOutputs(folder, expectation, asDecided, violations);
        Oracle.judgeTotals(folder, asDecided.stream(), violations);
    }

    private static List<Booked> rows(String table, Statement statement) throws SQLException {
        List<Booked> rows = new ArrayList<>();
        try (ResultSet row = statement.executeQuery(
                "SELECT order_id, line, key, seq, account, amount, total FROM %s ORDER BY position".formatted(table))) {
            while (row.next()) {
                rows.add(new Booked(
                        row.getString(1),
                        row.getInt(2),
                        row.getString(3),
                        row.getLong(4),
                        row.getString(5),
                        row.getLong(6),
                        row.getLong(7)));
            }
        }
        return rows;
    }

    private static void judgePrepared(Statement statement, Violations violations) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT gid, now() - prepared FROM pg_prepared_xacts")) {
            while (row.next()) {
                violations.add(LEFT_PREPARED, "%s, for %s".formatted(row.getString(1), row.getString(2)));
            }
        }
    }

    private static List<Booked> rows(Path folder) throws IOException {
        List<Booked> rows = new ArrayList<>();
        for (Path file : visible(folder)) {
            Files.readAllLines(file).forEach(line -> rows.add(JSON.readValue(line, Booked.class)));
        }
        return rows;
    }

    /** What a reader of the folder takes. */
    private static List<Path> visible(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    static void judgeStaged(Path folder, Violations violations) throws IOException {
        Path hidden = folder.resolve(".waybill");
        if (Files.notExists(hidden)) {
            return;
        }
        try (Stream<Path> all = Files.walk(hidden)) {
            all.filter(path -> Path.of("staged")
                            .equals(path.subpath(0, path.getNameCount() - 1).getFileName()))
                    .filter(path -> !isBeingWritten(path.getFileName().toString()))
                    .forEach(path -> violations.add(LEFT_PREPARED, path.toString()));
        }
    }

    /** What a process that was killed left in the middle of a write is deleted after an hour: nobody has prepared it. */
    private static boolean isBeingWritten(String staged) {
        return staged.startsWith("~") && !staged.startsWith("~ended~");
    }

    /** How many there are. */
    public int files() throws IOException {
        int count = 0;
        for (String folder : JobSinks.folders()) {
            count += visible(files.resolve(folder)).size();
        }
        return count;
    }
}
