package io.waybill.deadletters.rest;

import static io.waybill.deadletters.fixture.Events.apply;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;
import static org.springframework.http.MediaType.APPLICATION_JSON;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import com.jayway.jsonpath.JsonPath;
import io.waybill.deadletters.fixture.Database;
import io.waybill.deadletters.fixture.Events;
import io.waybill.deadletters.fixture.RecordingLog;
import io.waybill.deadletters.projection.DeadLetterProjection;
import io.waybill.format.Topics;
import io.waybill.log.Log;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.ResultActions;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.context.WebApplicationContext;

/** The whole module as an application gets it, by its auto-configuration; the log is a recording one. */
@ExtendWith(Database.class)
class DeadLetterRestIT {

    private static final Topics TOPICS = new Topics("waybill");

    private final Events letter = Events.of(1);
    private final String address = "/api/dead-letters/" + letter.id();
    private final DeadLetterProjection projection;
    private final MockMvc http;

    private static final RecordingLog LOG = new RecordingLog().with(TOPICS.replays("payment-files", "main"), 4);
    private static @Nullable ConfigurableApplicationContext application;

    DeadLetterRestIT(DataSource dataSource) {
        projection = new DeadLetterProjection(dataSource, TOPICS);
        http = MockMvcBuilders.webAppContextSetup((WebApplicationContext) Objects.requireNonNull(application))
                .build();
    }

    @EnableAutoConfiguration
    static class Application {}

    @BeforeAll
    static void startApplication(DataSource dataSource) {
        application = new SpringApplicationBuilder(Application.class)
                .initializers(context -> {
                    GenericApplicationContext beans = (GenericApplicationContext) context;
                    beans.registerBean("dataSource", DataSource.class, () -> dataSource);
                    beans.registerBean("log", Log.class, () -> LOG);
                    beans.registerBean("topics", Topics.class, () -> TOPICS);
                })
                .properties("server.port=0", "server.address=127.0.0.1", "waybill.max-payload-size=4MB")
                .run();
    }

    @AfterAll
    static void stopApplication() {
        Objects.requireNonNull(application).close();
    }

    @BeforeEach
    void aDeadLetter() {
        apply(projection, letter.captured());
    }

    @Test
    void shows_a_dead_letter_with_everything_a_script_needs() throws Exception {
        http.perform(get(address))
                .andExpect(status().isOk())
                .andExpect(jsonPath("$.id").value(letter.id()))
                .andExpect(jsonPath("$.trackingId").value(letter.trackingId().toString()))
                .andExpect(jsonPath("$.status").value("OPEN"))
                .andExpect(jsonPath("$.path").value("3.1"))
                .andExpect(jsonPath("$.error.code").value("INVALID_IBAN"))
                .andExpect(jsonPath("$.source.offset").value(42))
                .andExpect(jsonPath("$.key").value("key"))
                .andExpect(jsonPath("$.headers[0].value").value("bank"))
                .andExpect(jsonPath("$.payload").value(Events.ORIGINAL))
                .andExpect(jsonPath("$.payloadBase64").value(base64(Events.ORIGINAL.getBytes(UTF_8))))
                .andExpect(jsonPath("$.revisions", hasSize(1)))
                .andExpect(jsonPath("$.revisions[0].at").value("2025-11-20T14:46:40Z"))
                .andExpect(jsonPath("$.history[0].what").value("captured it"));
    }

    @Test
    void gives_bytes_that_are_no_text_as_base64_only() throws Exception {
        Events binary = Events.of(2);
        byte[] bytes = {(byte) 0xC3, 0, 1};
        apply(projection, binary.captured(0, "", 0, "BROKEN", bytes));

        http.perform(get("/api/dead-letters/" + binary.id()))
                .andExpect(jsonPath("$.payload").value(nullValue()))
                .andExpect(jsonPath("$.payloadBase64").value(base64(bytes)));
    }

    @Test
    void walks_from_edit_to_replay() throws Exception {
        postJson(address + "/revisions", "{'basedOn':0,'payload':'{\\u0022iban\\u0022:1}','reason':'typo'}")
                .andExpect(status().isCreated())
                .andExpect(jsonPath("$.number").value(1))
                .andExpect(jsonPath("$.author").value("alice"));
        http.perform(get(address + "/revisions/1"))
                .andExpect(jsonPath("$.payload").value("{\"iban\":1}"));

        String order = "{'deadLetterId':'%s','revision':1}".formatted(letter.id());
        String first = idOf(postJson("/api/replays", order).andExpect(status().isAccepted()));
        String second = idOf(postJson("/api/replays", order).andExpect(status().isAccepted()));

        assertThat(second).isEqualTo(first);
        http.perform(get("/api/replays/" + first))
                .andExpect(status().isOk())
                .andExpect(jsonPath("$.deadLetterId").value(letter.id()))
                .andExpect(jsonPath("$.action").value("REPLAY"));
        await().until(() -> LOG.commands().stream()
                .anyMatch(command -> command.getReplayId().equals(first)));
    }

    @Test
    void replays_the_original_as_revision_zero() throws Exception {
        postJson("/api/replays", "{'deadLetterId':'%s','revision':0}".formatted(letter.id()))
                .andExpect(status().isAccepted())
                .andExpect(jsonPath("$.revision").value(0));
    }

    @Test
    void discards_with_a_reason_only() throws Exception {
        problem(postJson(address + "/discard", "{'reason':' '}"), 400, "INVALID_REQUEST");
        postJson(address + "/discard", "{'reason':'obsolete'}")
                .andExpect(status().isAccepted())
                .andExpect(jsonPath("$.action").value("DISCARD"));
        http.perform(get(address)).andExpect(jsonPath("$.status").value("DISCARD_REQUESTED"));
    }

    @Test
    void lets_go_with_a_reason_only() throws Exception {
        problem(postJson(address + "/let-go", "{}"), 400, "INVALID_REQUEST");
        postJson(address + "/let-go", "{'reason':'the others are urgent'}")
                .andExpect(status().isAccepted())
                .andExpect(jsonPath("$.action").value("LET_GO"));
        http.perform(get(address)).andExpect(jsonPath("$.status").value("LET_GO_REQUESTED"));
        problem(postJson(address + "/discard", "{'reason':'obsolete'}"), 409, "FORBIDDEN_TRANSITION");
    }

    @Test
    void tells_a_stale_editor_who_changed_what_when() throws Exception {
        postJson(address + "/revisions", "{'basedOn':0,'payload':'one'}");

        problem(postJson(address + "/revisions", "{'basedOn':0,'payload':'two'}"), 409, "STALE_REVISION")
                .andExpect(jsonPath("$.detail", containsString("alice saved revision 1 at")));
        problem(
                postJson("/api/replays", "{'deadLetterId':'%s','revision':0}".formatted(letter.id())),
                409,
                "STALE_REVISION");
    }

    @Test
    void refuses_what_it_does_not_know() throws Exception {
        problem(http.perform(get("/api/dead-letters/nonsense.main.0")), 404, "DEAD_LETTER_NOT_FOUND");
        problem(http.perform(get("/api/dead-letters/{id}", "nul\0nul")), 404, "DEAD_LETTER_NOT_FOUND");
        problem(http.perform(get(address + "/revisions/7")), 404, "DEAD_LETTER_NOT_FOUND");
        problem(http.perform(get("/api/replays/nonsense")), 404, "REPLAY_NOT_FOUND");
        problem(postJson("/api/replays", "{'deadLetterId':'x','revision':0}"), 404, "DEAD_LETTER_NOT_FOUND");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[]", "{'basedOn':'zero','payload':''}", "", "null"})
    void refuses_malformed_json(String body) throws Exception {
        problem(postJson(address + "/revisions", body), 400, "MALFORMED_JSON");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'basedOn':0}",
                "{'payload':'a'}",
                "{'basedOn':0,'payload':'a','payloadBase64':'YQ=='}",
                "{'basedOn':0,'payloadBase64':'#'}",
                "{'basedOn':0,'payload':'a','headers':[{'value':'b'}]}"
            })
    void refuses_incomplete_or_contradictory_requests(String body) throws Exception {
        problem(postJson(address + "/revisions", body), 400, "INVALID_REQUEST");
    }

    @ParameterizedTest
    @ValueSource(strings = {"status=LOST", "limit=many"})
    void refuses_parameters_of_the_wrong_type(String query) throws Exception {
        problem(http.perform(get("/api/dead-letters?" + query)), 400, "INVALID_PARAMETER");
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=0", "limit=501", "cursor=x", "cursor=****", "trackingId=7"})
    void refuses_parameters_out_of_range(String query) throws Exception {
        problem(http.perform(get("/api/dead-letters?" + query)), 400, "INVALID_REQUEST");
    }

    @Test
    void takes_the_largest_payload_and_refuses_one_byte_more() throws Exception {
        int max = 4 * 1024 * 1024;
        postJson(address + "/revisions", "{'basedOn':0,'payloadBase64':'%s'}".formatted(base64(new byte[max])))
                .andExpect(status().isCreated());
        problem(
                postJson(address + "/revisions", "{'basedOn':1,'payload':'%s'}".formatted("x".repeat(max + 1))),
                413,
                "PAYLOAD_TOO_LARGE");
    }

    @Test
    void stops_reading_a_body_that_is_out_of_all_proportion() throws Exception {
        String body = "{'basedOn':0,'payload':'%s'}".formatted("x".repeat(10 * 1024 * 1024));

        problem(postJson(address + "/revisions", body), 413, "PAYLOAD_TOO_LARGE");
    }

    @Test
    void lets_nobody_act_without_a_name() throws Exception {
        problem(
                http.perform(post("/api/replays")
                        .contentType(APPLICATION_JSON)
                        .content("{\"deadLetterId\":\"%s\",\"revision\":0}".formatted(letter.id()))),
                401,
                "NOT_AUTHENTICATED");
    }

    @Test
    void pages_through_a_filtered_list_without_loss_or_repetition() throws Exception {
        IntStream.range(2, 8).forEach(n -> apply(projection, Events.of(n).captured()));
        apply(projection, Events.of(99).captured(0, "", 0, "OTHER", new byte[0]));

        List<String> seen = new ArrayList<>();
        String cursor = "";
        do {
            String page = http.perform(get("/api/dead-letters?errorCode=INVALID_IBAN&status=OPEN&limit=3" + cursor))
                    .andExpect(status().isOk())
                    .andReturn()
                    .getResponse()
                    .getContentAsString();
            seen.addAll(JsonPath.<List<String>>read(page, "$.deadLetters[*].id"));
            String next = JsonPath.read(page, "$.nextCursor");
            cursor = next == null ? "" : "&cursor=" + next;
        } while (!cursor.isEmpty());

        assertThat(seen).hasSize(7).doesNotHaveDuplicates().contains(letter.id());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "q=E2E-31",
                "q=message-1",
                "q=batch-1",
                "trackingId=01900000-0000-8000-8000-000000000001",
                "q=01900000-0000-8000-8000-000000000001",
                "pipeline=payment-files&operator=validate"
            })
    void finds_by_what_people_know(String query) throws Exception {
        http.perform(get("/api/dead-letters?" + query)).andExpect(jsonPath("$.deadLetters", hasSize(1)));
    }

    private ResultActions postJson(String path, String body) throws Exception {
        return http.perform(post(path)
                .principal(() -> "alice")
                .contentType(APPLICATION_JSON)
                .content(body.replace('\'', '"')));
    }

    private static ResultActions problem(ResultActions answer, int status, String code) throws Exception {
        return answer.andExpect(status().is(status))
                .andExpect(content().contentTypeCompatibleWith("application/problem+json"))
                .andExpect(jsonPath("$.status").value(status))
                .andExpect(jsonPath("$.code").value(code));
    }

    private static String idOf(ResultActions answer) throws Exception {
        return JsonPath.read(answer.andReturn().getResponse().getContentAsString(), "$.id");
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
