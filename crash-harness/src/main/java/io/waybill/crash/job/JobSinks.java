package io.waybill.crash.job;

import io.waybill.pipeline.Flow;
import io.waybill.pipeline.Json;
import io.waybill.pipeline.StagedSink;
import io.waybill.pipeline.Text;
import io.waybill.sink.TwoPhaseSink;
import io.waybill.sinks.files.FileSink;
import io.waybill.sinks.jdbc.JdbcTarget;
import io.waybill.sinks.postgres.PostgresSink;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import tools.jackson.databind.json.JsonMapper;

/**
 * The sinks of Waybill's job besides its topic, two of each kind. Each of them gets every output. No table has a constraint
 * that would hide a row that came twice.
 */
public final class JobSinks {

    /** Rows by two phases. */
    private static final List<String> TWO_PHASE = List.of("rows-one", "rows-two");

    private static final List<String> STAGED = List.of("staged-one", "staged-two");
    /** A file for each checkpoint. */
    private static final String FILES = "files";
    /** Files that are joined. */
    private static final String ROLLED = "rolled";

    private static final Duration ROLL = Duration.ofSeconds(5);
    private static final JsonMapper JSON = new JsonMapper();

    private final DataSource database;
    private final Path folder;
    private final KillPoints points;

    JobSinks(DataSource database, Path folder, KillPoints points) {
        this.database = database;
        this.folder = folder;
        this.points = points;
    }

    /** Of all sinks that write tables, whose columns are those of {@link Booked} behind a {@code position}. */
    public static List<String> tables() {
        return Stream.concat(TWO_PHASE.stream(), STAGED.stream())
                .map(JobSinks::table)
                .toList();
    }

    /** Of all sinks that write files, below the folder of the job. */
    public static List<String> folders() {
        return List.of(FILES, ROLLED);
    }

    /** How many records of its own each output becomes where it is staged. */
    public static int staged() {
        return STAGED.size();
    }

    public static String ddl(String table) {
        return "CREATE TABLE %s (position bigint GENERATED ALWAYS AS IDENTITY, order_id text, line int, key text, seq bigint, account text, amount bigint, total bigint)"
                .formatted(table);
    }

    private static String table(String sink) {
        return sink.replace('-', '_');
    }

    private static String insert(String sink) {
        return "INSERT INTO %s (order_id, line, key, seq, account, amount, total) VALUES (?, ?, ?, ?, ?, ?, ?)"
                .formatted(table(sink));
    }

    Flow<Booked> behind(Flow<Booked> flow) {
        for (String sink : TWO_PHASE) {
            boolean first = sink.equals(TWO_PHASE.getFirst());
            flow.to(sink, first ? rows(sink) : new SinkPoints<>(rows(sink), points));
        }
        FileSink<Booked> files = FileSink.into(folder.resolve(FILES), JSON::writeValueAsBytes);
        FileSink<Booked> rolled = FileSink.<Booked>into(folder.resolve(ROLLED), JSON::writeValueAsBytes)
                .rollingEvery(ROLL);
        flow.to(FILES, new SinkPoints<>(files, points)).to(ROLLED, new SinkPoints<>(rolled, points));
        STAGED.forEach(sink -> flow.to(sink, staged(sink)));
        return flow;
    }

    private TwoPhaseSink<Booked> rows(String sink) {
        return PostgresSink.into(
                database, insert(sink), (booked, row) -> values(booked).forEach(row::add));
    }

    private StagedSink<Booked> staged(String sink) {
        return StagedSink.value(Json.of(Booked.class))
                .key(Booked::account, Text.serde())
                .into(JdbcTarget.of(
                        database, insert(sink), (booked, row) -> values(booked).forEach(row::add)));
    }

    private static List<Object> values(Booked booked) {
        return List.of(
                booked.order(),
                booked.line(),
                booked.key(),
                booked.seq(),
                booked.account(),
                booked.amount(),
                booked.total());
    }
}
