package io.waybill.audit.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import com.jayway.jsonpath.JsonPath;
import com.zaxxer.hikari.HikariDataSource;
import io.waybill.audit.Deed;
import io.waybill.audit.Deed.Action;
import io.waybill.audit.chain.AuditChain;
import io.waybill.audit.fixture.AuditDatabase;
import io.waybill.audit.fixture.Deeds;
import io.waybill.audit.query.JdbcAuditQueries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;

class AuditRestIT {

    @RegisterExtension
    static final AuditDatabase database = new AuditDatabase();

    private final MockMvc mvc = MockMvcBuilders.standaloneSetup(new AuditController(
                    new JdbcAuditQueries(database.dataSource()), anchor -> {
                        try (Connection connection = database.dataSource().getConnection()) {
                            return AuditChain.verify(connection, anchor);
                        } catch (SQLException e) {
                            throw new IllegalStateException(e);
                        }
                    }))
            .setControllerAdvice(new AuditProblems())
            .build();

    private String body(String url) throws Exception {
        return mvc.perform(get(url))
                .andExpect(status().isOk())
                .andReturn()
                .getResponse()
                .getContentAsString(UTF_8);
    }

    @Test
    void entries_come_in_pages_with_what_was_entered() throws Exception {
        Deeds.append(database.dataSource(), 5);

        mvc.perform(get("/api/audit?limit=2"))
                .andExpect(jsonPath("$.entries.length()").value(2))
                .andExpect(jsonPath("$.entries[0].number").value(5))
                .andExpect(jsonPath("$.entries[0].actor").value("anton"))
                .andExpect(jsonPath("$.entries[0].action").value("REPLAY_ORDERED"))
                .andExpect(jsonPath("$.entries[0].at").value("2026-11-27T00:00:04.123456Z"))
                .andExpect(jsonPath("$.entries[0].trackingId").value(Deeds.FLOW.toString()))
                .andExpect(jsonPath("$.entries[0].detail.revision").value(5))
                .andExpect(jsonPath("$.nextCursor").value("4"));
        mvc.perform(get("/api/audit?cursor=4&actor=berta&pipeline="))
                .andExpect(jsonPath("$.entries.length()").value(1))
                .andExpect(jsonPath("$.entries[0].number").value(2))
                .andExpect(jsonPath("$.nextCursor").doesNotExist());
    }

    @Test
    void an_export_has_every_entry_as_a_line() throws Exception {
        Deeds.append(database.dataSource(), 1_203);

        List<String> lines = body("/api/audit/export?format=ndjson").lines().toList();

        assertThat(lines).hasSize(1_203);
        assertThat(lines.get(2)).contains("\"number\":3", "\"reason\":\"it is a \\\"double\\\",\\nsays the bank – ж\"");
        mvc.perform(get("/api/audit/export?format=csv&actor=berta"))
                .andExpect(header().string("Content-Type", "text/csv;charset=UTF-8"))
                .andExpect(header().string("Content-Disposition", "attachment; filename=\"audit.csv\""));
        assertThat(body("/api/audit/export?format=csv&actor=berta").split("\r\n"))
                .hasSize(1 + 601);
    }

    @Test
    void a_csv_quotes_everything_and_starts_no_formula() throws Exception {
        Deeds.append(
                database.dataSource(),
                Deeds.numbered(3),
                new Deed(
                        "deed-x",
                        Deeds.DAY,
                        "=cmd|' /C calc'!A0",
                        Action.PIPELINE_ORDERED,
                        "payments",
                        "payments",
                        null,
                        "-1",
                        Map.of()));

        String csv = body("/api/audit/export?format=csv");

        assertThat(csv)
                .startsWith("\"number\",\"at\",\"recordedAt\",\"actor\"")
                .contains("\"it is a \"\"double\"\",\nsays the bank – ж\"")
                .contains("\"'=cmd|' /C calc'!A0\"")
                .contains("\"'-1\"");
    }

    @Test
    void the_check_says_whether_the_log_is_whole() throws Exception {
        Deeds.append(database.dataSource(), 3);
        String head = JsonPath.read(body("/api/audit/verification"), "$.head");

        mvc.perform(get("/api/audit/verification").param("expect", head))
                .andExpect(jsonPath("$.whole").value(true));
        int unused = database.jdbc()
                .sql("ALTER TABLE waybill.audit_entry DISABLE TRIGGER USER;"
                        + "UPDATE waybill.audit_entry SET reason = 'another' WHERE number = 2")
                .update();
        mvc.perform(get("/api/audit/verification"))
                .andExpect(jsonPath("$.whole").value(false))
                .andExpect(jsonPath("$.number").value(2));
    }

    @ParameterizedTest
    @CsvSource({
        "/api/audit?limit=0,                        INVALID_LIMIT,     'expected a limit from 1 to 500, but was 0'",
        "/api/audit?limit=many,                     INVALID_PARAMETER, limit",
        "/api/audit?cursor=x,                       INVALID_CURSOR,    'but was: x'",
        "/api/audit?from=yesterday,                 INVALID_PARAMETER, 'expected ''from'' as a time'",
        "/api/audit?until=1,                        INVALID_PARAMETER, 'expected ''until'' as a time'",
        "/api/audit?trackingId=1,                   INVALID_PARAMETER, 'expected ''trackingId'''",
        "/api/audit/export?format=xls,              INVALID_PARAMETER, 'one of [csv, ndjson], but was: xls'",
        "/api/audit/export?format=csv&from=never,   INVALID_PARAMETER, 'expected ''from'' as a time'",
        "/api/audit/verification?expect=1:abc,      INVALID_PARAMETER, 'expected an anchor'"
    })
    void a_question_that_cannot_be_meant_is_answered_by_a_problem(String url, String code, String detail)
            throws Exception {
        mvc.perform(get(url))
                .andExpect(status().isBadRequest())
                .andExpect(content().contentType("application/problem+json"))
                .andExpect(jsonPath("$.code").value(code))
                .andExpect(jsonPath("$.detail").value(containsString(detail)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/api/audit", "/api/audit/export?format=csv", "/api/audit/export", "/api/audit/verification"})
    void a_database_that_is_away_is_a_problem_and_no_file(String url) throws Exception {
        HikariDataSource closed = database.pool("nobody", "wrong");
        closed.close();
        MockMvc away = MockMvcBuilders.standaloneSetup(new AuditController(new JdbcAuditQueries(closed), anchor -> {
                    throw new DataAccessResourceFailureException("it is away");
                }))
                .setControllerAdvice(new AuditProblems())
                .build();

        away.perform(get(url))
                .andExpect(status().isServiceUnavailable())
                .andExpect(content().contentType("application/problem+json"))
                .andExpect(header().doesNotExist("Content-Disposition"))
                .andExpect(jsonPath("$.code").value("DATABASE_UNAVAILABLE"));
    }
}
