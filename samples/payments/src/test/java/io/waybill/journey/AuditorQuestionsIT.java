package io.waybill.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.audit.AuditLog;
import io.waybill.audit.Deed;
import io.waybill.audit.Deed.Action;
import io.waybill.embedded.EmbeddedPostgres;
import io.waybill.format.TrackingId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The questions of {@code docs/how-to/answer-an-auditor.md} over the real tables: each is answered, by an index. With
 * {@code -Dwaybill.audit.flows=10000000} it prints their plans and times over ten million flows.
 */
class AuditorQuestionsIT {

    private static final int FLOWS = Integer.getInteger("waybill.audit.flows", 100_000);
    private static final Path DOCUMENT = Path.of("../../docs/how-to/answer-an-auditor.md");
    private static final Pattern SQL = Pattern.compile("```sql\n(.*?)```", Pattern.DOTALL);

    /** Of the flow and the dead letter that are asked for. */
    private static final int WANTED = 4_711;

    @TempDir
    private static @Nullable Path folder;

    private static @Nullable EmbeddedPostgres server;
    private static @Nullable HikariDataSource pool;

    @BeforeAll
    static void fill() throws Exception {
        EmbeddedPostgres started = EmbeddedPostgres.start(Objects.requireNonNull(folder));
        server = started;
        HikariDataSource opened = new HikariDataSource();
        opened.setJdbcUrl(started.jdbcUrl());
        opened.setUsername(started.username());
        opened.setPassword(started.password());
        pool = opened;
        for (String module : List.of("audit", "tracking", "dlq-admin")) {
            Flyway.configure()
                    .dataSource(opened)
                    .schemas("waybill")
                    .createSchemas(true)
                    .table(module.replace('-', '_') + "_history")
                    .locations("classpath:db/migrations/" + module)
                    .baselineOnMigrate(true)
                    .baselineVersion("0")
                    .load()
                    .migrate();
        }
        fillFlows();
        try (Connection connection = opened.getConnection()) {
            AuditLog log = new AuditLog();
            connection.setAutoCommit(false);
            for (int number = 0; number < 3_000; number++) {
                assertThat(log.append(connection, deed(number))).isTrue();
            }
            connection.commit();
        }
        int unused = jdbc().sql("ANALYZE").update();
    }

    /** One in a hundred failed; its dead letter was edited ten times. */
    private static void fillFlows() {
        for (String statement : List.of("""
                INSERT INTO waybill.flow (tracking_id, pipeline, pipeline_version, status, received_at, told_by, message_id,
                    batch_id, name, result_number, leaves, succeeded, failed, open_dead_letters, settled_at)
                SELECT lpad(to_hex(n), 32, '0')::uuid, 'payment-files', 1,
                    (CASE n % 100 WHEN 11 THEN 'PARTIAL' ELSE 'ACK' END)::waybill.flow_status,
                    timestamptz '2026-11-01' + n * interval '1 second', 2, 'ACME/MSG-' || n, 'B-' || n / 100, 'file-' || n,
                    1, 2, 2, 0, 0, now()
                FROM generate_series(1, :flows) AS n""", """
                INSERT INTO waybill.flow_result
                SELECT tracking_id, 1, status, leaves, succeeded, failed, open_dead_letters, settled_at FROM waybill.flow""", """
                INSERT INTO waybill.part (tracking_id, path, status, attempt, label, outputs, settled_at)
                SELECT tracking_id, ARRAY[p], 'PASSED', 0, name || '#' || p, '{}', settled_at
                FROM waybill.flow, generate_series(1, 2) AS p""", """
                INSERT INTO waybill.dead_letter (id, tracking_id, pipeline, pipeline_version, stage, partition, attempt,
                    engine_state, status, original_attempt)
                SELECT name, tracking_id, pipeline, 1, 'source', 0, 0, 'CAPTURED', 'OPEN', 0 FROM waybill.flow
                WHERE status = 'PARTIAL'""", """
                INSERT INTO waybill.dead_letter_revision
                SELECT id, n, n - 1, 0, 'anton', now(), 'typo', '[]', convert_to(id || n, 'UTF8')
                FROM waybill.dead_letter, generate_series(1, 10) AS n""")) {
            var sql = jdbc().sql(statement);
            int unused = (statement.contains(":flows") ? sql.param("flows", FLOWS) : sql).update();
        }
    }

    private static Deed deed(int number) {
        boolean wanted = number % 100 == 0;
        return new Deed(
                "deed-" + number,
                Instant.parse("2026-10-15T00:00:00Z").plusSeconds(number * 3_600L),
                "person-" + number % 50,
                number % 500 == 0 ? Action.PIPELINE_ORDERED : Action.DEAD_LETTER_EDITED,
                number % 500 == 0 ? "payment-files" : wanted ? "file-" + WANTED : "file-" + number,
                "payment-files",
                TrackingId.parse(trackingId(wanted ? WANTED : number)),
                "typo",
                Map.of("wanted", "PAUSED"));
    }

    private static String trackingId(int number) {
        return "00000000-0000-0000-0000-%012x".formatted(number);
    }

    private static JdbcClient jdbc() {
        return JdbcClient.create(Objects.requireNonNull(pool));
    }

    @AfterAll
    static void stop() throws IOException {
        Objects.requireNonNull(pool).close();
        Objects.requireNonNull(server).close();
    }

    /** As the document has them, with the ids of what is there. */
    static Stream<String> questions() throws IOException {
        Matcher blocks = SQL.matcher(Files.readString(DOCUMENT));
        List<String> questions = new ArrayList<>();
        while (blocks.find()) {
            for (String statement : blocks.group(1).split(";", -1)) {
                if (!statement.isBlank()) {
                    questions.add(statement
                            .strip()
                            .replace("tracking_id = '…'", "tracking_id = '" + trackingId(WANTED) + "'")
                            .replace("dead_letter_id = '…'", "dead_letter_id = 'file-" + WANTED + "'")
                            .replace("ACME/MSG-20260921", "ACME/MSG-" + WANTED)
                            .replace("'anton'", "'person-1'"));
                }
            }
        }
        return questions.stream();
    }

    @Test
    void the_document_has_questions() throws IOException {
        assertThat(questions())
                .hasSizeGreaterThanOrEqualTo(8)
                .allSatisfy(sql -> assertThat(sql).doesNotContain("…"));
    }

    @ParameterizedTest
    @MethodSource("questions")
    void every_question_is_answered_by_an_index(String sql) {
        assertThat(jdbc().sql(sql).query((row, index) -> index).list()).as(sql).isNotEmpty();

        String plan = String.join(
                "\n",
                jdbc().sql("EXPLAIN ANALYZE " + sql)
                        .query((row, index) -> row.getString(1))
                        .list());

        if (Boolean.getBoolean("waybill.audit.plans") || FLOWS > 1_000_000) {
            System.out.println(sql + "\n\n" + plan + "\n");
        }
        assertThat(plan).as(sql).contains("Index").doesNotContain("Seq Scan");
    }
}
