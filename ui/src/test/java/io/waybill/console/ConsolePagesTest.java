package io.waybill.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.csrf;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.multipart;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.flash;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.redirectedUrl;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import io.waybill.audit.Deed;
import io.waybill.console.fakes.FakeAudit;
import io.waybill.console.fakes.FakeDeadLetters;
import io.waybill.console.fakes.FakeFlows;
import io.waybill.console.fakes.FakeIncidents;
import io.waybill.console.fakes.FakeIntake;
import io.waybill.console.fakes.FakePipelines;
import io.waybill.console.fakes.FakeWaybill;
import io.waybill.console.fakes.Samples;
import io.waybill.control.Actual;
import io.waybill.control.Wanted;
import io.waybill.deadletters.DeadLetters.Action;
import io.waybill.deadletters.DeadLetters.Behind;
import io.waybill.deadletters.DeadLetters.DeadLetterView;
import io.waybill.deadletters.DeadLetters.ReplayStatus;
import io.waybill.deadletters.DeadLetters.ReplayView;
import io.waybill.deadletters.DeadLetters.Status;
import io.waybill.format.TrackingId;
import io.waybill.tracking.FlowQueries.FlowStatus;
import io.waybill.tracking.FlowQueries.ProjectionLag;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.hamcrest.Matcher;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.mock.web.MockMultipartFile;
import org.springframework.security.test.context.support.WithMockUser;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.request.AbstractMockHttpServletRequestBuilder;

@SpringBootTest(classes = FakeWaybill.class, properties = "waybill.console.operator-password=correct-horse")
@AutoConfigureMockMvc
@WithMockUser(username = "operator")
class ConsolePagesTest {

    private static final String HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>";
    private final Instant now = Instant.now();
    private final TrackingId flow = Samples.id(1, now.minusSeconds(60));

    @Autowired
    private MockMvc mvc;

    @Autowired
    private FakeFlows flows;

    @Autowired
    private FakeDeadLetters letters;

    @Autowired
    private FakeIncidents incidents;

    @Autowired
    private FakePipelines pipelines;

    @Autowired
    private FakeAudit audit;

    @Autowired
    private FakeIntake intake;

    @BeforeEach
    void fill() {
        flows.clear();
        letters.clear();
        incidents.clear();
        intake.clear();
        audit.clear();
        audit.add(Deed.Action.DISCARD_ORDERED, HOSTILE, HOSTILE, flow, HOSTILE, now);
        pipelines.clear();
        pipelines.put(FakePipelines.running("payment-files", HOSTILE));
        flows.lag(new ProjectionLag(0, now));
        DeadLetterView letter = Samples.letter(
                "letter-1",
                flow,
                "7",
                HOSTILE,
                HOSTILE,
                HOSTILE,
                "{\"hostile\":\"" + HOSTILE.replace("\"", "\\\"") + "\"}",
                now);
        letters.put(letter);
        flows.put(
                Samples.flow(flow, FlowStatus.PARTIAL, HOSTILE, 488, 12, now.minusSeconds(60)),
                Samples.passed(1, HOSTILE, now),
                Samples.dead(7, letter));
        incidents.add(Samples.incident("incident-1", true, HOSTILE, HOSTILE, now));
        incidents.add(Samples.inDoubt("incident-2", HOSTILE, HOSTILE, now));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/failures",
                "/failures?pipeline=" + "%3Cscript%3Ealert(1)",
                "/dead-letters",
                "/dead-letters?q=%3Cscript%3Ealert(1)",
                "/dead-letters?operator=%22%3E%3Cscript%3Ealert(1)",
                "/dead-letters/letter-1",
                "/dead-letters/letter-1?view=exact",
                "/dead-letters/letter-1?view=hex",
                "/dead-letters/letter-1?layout=true",
                "/flows",
                "/flows?q=%3Cscript%3Ealert(1)",
                "/flows?pipeline=%22%3E%3Cscript%3E",
                "/incidents",
                "/incidents?all=true",
                "/incidents/incident-2/decision?decision=COMMIT",
                "/incidents/incident-1/decision?decision=ROLL_BACK",
                "/audit",
                "/audit?verify=true",
                "/audit?actor=%3Cscript%3Ealert(1)",
                "/audit?from=%3Cscript%3Ealert(1)",
                "/audit?cursor=%3Cscript%3Ealert(1)",
                "/pipelines",
                "/pipelines/payment-files/order?wanted=PAUSED",
                "/upload"
            })
    void hostile_content_stays_text_on_every_page(String page) throws Exception {
        mvc.perform(get(page)).andExpect(status().isOk()).andExpect(content().string(harmless()));
    }

    @Test
    void hostile_content_stays_text_on_the_pages_of_a_flow_and_of_a_diff() throws Exception {
        mvc.perform(get("/flows/" + flow + "?part=ALL")).andExpect(content().string(harmless()));
        letters.revise(
                "letter-1", 0, ("{\"x\":\"" + HOSTILE + "\n").getBytes(StandardCharsets.UTF_8), null, HOSTILE, HOSTILE);
        mvc.perform(get("/dead-letters/letter-1"))
                .andExpect(content().string(containsString("data-testid=\"diff\"")))
                .andExpect(content().string(harmless()));
    }

    @Test
    void the_overview_leads_to_what_is_worst() throws Exception {
        mvc.perform(get("/")).andExpect(content().string(containsString("2 incidents are open")));
        incidents.clear();
        mvc.perform(get("/")).andExpect(content().string(containsString("1 message needs you")));
        letters.clear();
        mvc.perform(get("/")).andExpect(content().string(containsString("Everything is fine")));
        flows.lag(new ProjectionLag(5, now.minusSeconds(120)));
        mvc.perform(get("/")).andExpect(content().string(containsString("This page is behind")));
    }

    @Test
    void a_flow_shows_its_counts_and_those_parts_first_that_wait_for_a_person() throws Exception {
        mvc.perform(get("/flows/" + flow))
                .andExpect(content()
                        .string(allOf(
                                containsString(">488<"),
                                containsString("/dead-letters/letter-1"),
                                containsString("every 4s"))))
                .andExpect(content().string(not(containsString("payments.cleared"))));
        mvc.perform(get("/flows/" + flow + "?part=ALL"))
                .andExpect(content().string(containsString("payments.cleared")));
    }

    @Test
    void a_flow_that_was_just_sent_is_awaited_an_unknown_one_is_not() throws Exception {
        mvc.perform(get("/flows/" + Samples.id(99, now)))
                .andExpect(status().isNotFound())
                .andExpect(content().string(allOf(containsString("On its way"), containsString("every 1s"))));
        mvc.perform(get("/flows/" + Samples.id(99, now.minusSeconds(3600))))
                .andExpect(status().isNotFound())
                .andExpect(content().string(containsString("No such flow")));
        mvc.perform(get("/flows/nonsense")).andExpect(status().isNotFound());
    }

    @Test
    void a_duplicate_leads_to_its_first() throws Exception {
        TrackingId duplicate = Samples.id(2, now);
        flows.put(Samples.duplicateOf(duplicate, flow, "again.xml", now));
        mvc.perform(get("/flows/" + duplicate))
                .andExpect(
                        content().string(allOf(containsString("was sent before"), containsString("/flows/" + flow))));
    }

    @Test
    void a_flow_leads_to_what_it_caused_and_back() throws Exception {
        TrackingId caused = Samples.id(3, now);
        flows.put(Samples.causedBy(caused, flow, now), Samples.passedIn("bookkeeping", "1", now));
        mvc.perform(get("/flows/" + flow))
                .andExpect(content().string(allOf(containsString("Led to"), containsString("/flows/" + caused))));
        mvc.perform(get("/flows/" + caused + "?part=ALL"))
                .andExpect(content()
                        .string(allOf(
                                containsString("Caused by"),
                                containsString("/flows/" + flow),
                                containsString(">in bookkeeping<"))));
    }

    @Test
    void an_edit_is_saved_exactly_as_typed_and_nothing_is_sent() throws Exception {
        mvc.perform(edit("{\n \"a\":\t1.00 }").param("reason", "corrected"))
                .andExpect(redirectedUrl("/dead-letters/letter-1#diff"))
                .andExpect(flash().attribute("notice", "Saved as revision 1. Nothing was sent yet."));
        assertThat(payload()).isEqualTo("{\n \"a\":\t1.00 }");
        assertThat(letters.replaysOf("letter-1")).isEmpty();
        assertThat(letters.revisions("letter-1").getLast().author()).isEqualTo("operator");
    }

    @Test
    void a_file_replaces_a_payload() throws Exception {
        mvc.perform(multipart("/dead-letters/letter-1/revisions")
                        .file(new MockMultipartFile("replacement", "{}".getBytes(StandardCharsets.UTF_8)))
                        .param("basedOn", "0")
                        .with(csrf()))
                .andExpect(status().isFound());
        assertThat(payload()).isEqualTo("{}");
    }

    @Test
    void a_broken_edit_is_refused_until_the_person_insists() throws Exception {
        mvc.perform(edit("{\"typed\":"))
                .andExpect(status().isUnprocessableContent())
                .andExpect(content()
                        .string(allOf(
                                containsString("no well-formed JSON"),
                                containsString("{&quot;typed&quot;:"),
                                containsString("save-anyway"))));
        assertThat(letters.revisions("letter-1")).hasSize(1);
        mvc.perform(edit("{\"typed\":").param("anyway", "true")).andExpect(status().isFound());
        assertThat(payload()).isEqualTo("{\"typed\":");
    }

    @Test
    void a_stale_edit_says_who_was_faster_and_keeps_what_was_typed() throws Exception {
        letters.revise(
                "letter-1", 0, "{\"theirs\":1}".getBytes(StandardCharsets.UTF_8), null, "colleague", "mine first");
        mvc.perform(edit("{\"mine\":\"" + "<script>alert(1)" + "\"}"))
                .andExpect(status().isConflict())
                .andExpect(content()
                        .string(allOf(
                                containsString("colleague saved it at"),
                                containsString("&quot;mine&quot;"),
                                containsString("name=\"basedOn\" value=\"1\""))))
                .andExpect(content().string(harmless()));
        assertThat(payload()).isEqualTo("{\"theirs\":1}");
    }

    @Test
    void success_is_claimed_only_once_the_projection_says_so() throws Exception {
        mvc.perform(post("/dead-letters/letter-1/replay").param("revision", "0").with(csrf()))
                .andExpect(redirectedUrl("/dead-letters/letter-1"));
        mvc.perform(get("/dead-letters/letter-1"))
                .andExpect(content().string(allOf(containsString("Replay requested"), containsString("every 1s"))))
                .andExpect(content().string(not(containsString("data-testid=\"resolved\""))));
        letters.end("letter-1", Status.RESOLVED, ReplayStatus.SUCCEEDED);
        mvc.perform(get("/dead-letters/letter-1"))
                .andExpect(content().string(containsString("data-testid=\"resolved\"")))
                .andExpect(content().string(not(containsString("every 1s"))));
        mvc.perform(post("/dead-letters/letter-1/replay").param("revision", "0").with(csrf()))
                .andExpect(status().isConflict())
                .andExpect(content().string(containsString("cannot be replayed")));
    }

    @Test
    void a_discard_needs_a_reason() throws Exception {
        mvc.perform(post("/dead-letters/letter-1/discard").param("reason", " ").with(csrf()))
                .andExpect(flash().attributeExists("refusal"));
        assertThat(letters.replaysOf("letter-1")).isEmpty();
        mvc.perform(post("/dead-letters/letter-1/discard")
                        .param("reason", "sent twice")
                        .with(csrf()))
                .andExpect(redirectedUrl("/dead-letters/letter-1"));
        assertThat(letters.replaysOf("letter-1")).hasSize(1);
    }

    @Test
    void a_dead_letter_says_how_many_wait_behind_it_and_the_list_finds_those_that_hold_others_up() throws Exception {
        Behind behind = new Behind(1_207, now.minusSeconds(180), now.minusSeconds(2));
        letters.put(Samples.inSequence(letters.deadLetter("letter-1").orElseThrow(), behind));
        mvc.perform(get("/dead-letters/letter-1"))
                .andExpect(content()
                        .string(allOf(
                                containsString("1,207 wait"),
                                containsString("the first for"),
                                containsString("as of"))));
        mvc.perform(get("/dead-letters?holdsUp=true"))
                .andExpect(content()
                        .string(allOf(
                                containsString("/dead-letters/letter-1"),
                                containsString("1,207 wait behind it, for 3 min"),
                                containsString("status=OPEN&amp;holdsUp=true"))));
        letters.put(Samples.inSequence(
                letters.deadLetter("letter-1").orElseThrow(), new Behind(0, null, now.minusSeconds(2))));
        mvc.perform(get("/dead-letters?holdsUp=true"))
                .andExpect(content().string(containsString("No dead letter matches")));
    }

    @Test
    void those_that_wait_behind_a_dead_letter_are_let_go_with_a_reason_and_only_where_they_wait() throws Exception {
        mvc.perform(get("/dead-letters/letter-1"))
                .andExpect(content().string(not(containsString("data-testid=\"in-sequence\""))))
                .andExpect(content().string(not(containsString("let-go"))));
        letters.put(Samples.inSequence(letters.deadLetter("letter-1").orElseThrow(), null));
        mvc.perform(get("/dead-letters/letter-1"))
                .andExpect(content().string(containsString("data-testid=\"in-sequence\"")))
                .andExpect(content().string(containsString("/dead-letters/letter-1/let-go")));

        mvc.perform(post("/dead-letters/letter-1/let-go").param("reason", " ").with(csrf()))
                .andExpect(flash().attributeExists("refusal"));
        assertThat(letters.replaysOf("letter-1")).isEmpty();
        mvc.perform(post("/dead-letters/letter-1/let-go")
                        .param("reason", "the others are urgent")
                        .with(csrf()))
                .andExpect(redirectedUrl("/dead-letters/letter-1"));
        assertThat(letters.replaysOf("letter-1"))
                .singleElement()
                .extracting(ReplayView::action)
                .isEqualTo(Action.LET_GO);
        mvc.perform(get("/dead-letters/letter-1"))
                .andExpect(content().string(containsString("Let-go requested")))
                .andExpect(content().string(containsString("data-testid=\"under-way\"")));
    }

    @Test
    void a_payload_is_downloaded_never_opened() throws Exception {
        mvc.perform(get("/dead-letters/letter-1/payload"))
                .andExpect(header().string("Content-Disposition", containsString("attachment")))
                .andExpect(header().string("Content-Type", "application/octet-stream"))
                .andExpect(header().string("X-Content-Type-Options", "nosniff"));
    }

    @Test
    void unknown_dead_letters_and_revisions_are_not_found() throws Exception {
        mvc.perform(get("/dead-letters/none")).andExpect(status().isNotFound());
        mvc.perform(get("/dead-letters/letter-1?revision=9")).andExpect(status().isNotFound());
        mvc.perform(post("/dead-letters/none/replay").param("revision", "0").with(csrf()))
                .andExpect(status().isNotFound());
        mvc.perform(post("/incidents/none/retry").with(csrf())).andExpect(status().isNotFound());
        mvc.perform(get("/incidents/none/decision?decision=COMMIT")).andExpect(status().isNotFound());
        mvc.perform(post("/incidents/none/decision").param("decision", "COMMIT").with(csrf()))
                .andExpect(status().isNotFound());
    }

    @Test
    void the_state_of_a_list_is_in_its_url() throws Exception {
        for (int i = 0; i < 60; i++) {
            letters.put(Samples.letter("l-" + i, flow, "" + i, "label-" + i, "CODE", "m", "{}", now.minusSeconds(i)));
        }
        mvc.perform(get("/dead-letters?error=CODE&status=OPEN"))
                .andExpect(content().string(containsString("/dead-letters?error=CODE&amp;status=OPEN&amp;cursor=50")));
        mvc.perform(get("/dead-letters?error=CODE&status=OPEN&cursor=50"))
                .andExpect(content().string(allOf(containsString("label-59"), not(containsString("label-1<")))));
        mvc.perform(get("/dead-letters?q=label-3"))
                .andExpect(content()
                        .string(allOf(containsString("/dead-letters/l-3"), not(containsString("/dead-letters/l-4")))));
        mvc.perform(get("/dead-letters?status=RESOLVED"))
                .andExpect(content().string(containsString("No dead letter matches")));
    }

    @Test
    void a_stopped_task_is_ordered_to_try_again() throws Exception {
        mvc.perform(post("/incidents/incident-1/retry").with(csrf())).andExpect(redirectedUrl("/incidents"));
        assertThat(incidents.retries()).containsExactly("incident-1 by operator");
    }

    @Test
    void a_person_decides_what_becomes_of_something_in_doubt() throws Exception {
        mvc.perform(get("/incidents/incident-2/decision?decision=ROLL_BACK"))
                .andExpect(content().string(containsString("What is prepared is given up")));
        assertThat(incidents.decisions()).isEmpty();

        mvc.perform(post("/incidents/incident-2/decision")
                        .param("decision", "ROLL_BACK")
                        .with(csrf()))
                .andExpect(redirectedUrl("/incidents"))
                .andExpect(flash().attribute("notice", containsString("Roll back ordered")));
        assertThat(incidents.decisions()).containsExactly("ROLL_BACK incident-2 by operator");
    }

    @Test
    void where_nothing_is_in_doubt_nothing_can_be_decided() throws Exception {
        mvc.perform(get("/incidents/incident-1/decision?decision=COMMIT"))
                .andExpect(content().string(containsString("There is nothing to decide")));
        mvc.perform(post("/incidents/incident-1/decision")
                        .param("decision", "COMMIT")
                        .with(csrf()))
                .andExpect(flash().attribute("refusal", containsString("Not ordered")));
        mvc.perform(get("/incidents/incident-2/decision?decision=PERHAPS")).andExpect(status().isBadRequest());
        assertThat(incidents.decisions()).isEmpty();
    }

    @Test
    void an_order_says_what_will_happen_and_needs_a_reason() throws Exception {
        mvc.perform(get("/pipelines/payment-files/order?wanted=PAUSED"))
                .andExpect(content().string(containsString("No thread takes up another record")));
        mvc.perform(post("/pipelines/payment-files/order")
                        .param("wanted", "PAUSED")
                        .param("reason", " ")
                        .with(csrf()))
                .andExpect(redirectedUrl("/pipelines"))
                .andExpect(flash().attribute("refusal", containsString("say why")));
        assertThat(pipelines.orders()).isEmpty();
        mvc.perform(post("/pipelines/payment-files/order")
                        .param("wanted", "PAUSED")
                        .param("reason", "maintenance")
                        .with(csrf()))
                .andExpect(redirectedUrl("/pipelines"));
        assertThat(pipelines.orders()).containsExactly("payment-files PAUSED by operator: maintenance");
    }

    @Test
    void a_pipeline_is_paused_only_once_its_threads_say_so() throws Exception {
        pipelines.order("payment-files", Wanted.PAUSED, "operator", "maintenance");
        mvc.perform(get("/pipelines"))
                .andExpect(content().string(containsString("Pausing")))
                .andExpect(content().string(containsString("node-b-0 has not read the order yet")));
        pipelines.obey("payment-files", Actual.PAUSED);
        mvc.perform(get("/pipelines"))
                .andExpect(content().string(containsString("data-actual=\"PAUSED\"")))
                .andExpect(content().string(containsString("maintenance")));
    }

    @Test
    void a_pipeline_is_drawn_with_rates_and_lag_and_what_holds_it_back() throws Exception {
        String page = mvc.perform(get("/pipelines"))
                .andReturn()
                .getResponse()
                .getContentAsString()
                .replaceAll("\\s+", " ");
        assertThat(page)
                .contains("1,250 /s, 12,030 behind")
                .contains("waiting room full: 1 of 2 tasks")
                .contains("1,240 /s, 420 µs each; 52 % busy")
                .contains("href=\"#payment-files-accounts\"")
                .contains("62 % busy, 10 % in checkpoints, 8 % held back, 20 % idle")
                .contains("checkpoints take 12 ms");
    }

    @Test
    void a_stopped_pipeline_is_started_before_it_can_drain() throws Exception {
        pipelines.order("payment-files", Wanted.STOPPED, "operator", "broken");
        mvc.perform(get("/pipelines"))
                .andExpect(content().string(containsString("Start…")))
                .andExpect(content().string(not(containsString("Drain…"))));
        mvc.perform(get("/pipelines/payment-files/order?wanted=DRAINING"))
                .andExpect(content().string(containsString("This cannot be ordered now")));
    }

    @Test
    void an_unknown_pipeline_is_not_found() throws Exception {
        mvc.perform(get("/pipelines/nobodys/order?wanted=PAUSED")).andExpect(status().isNotFound());
    }

    @Test
    void each_uploaded_file_gets_its_own_answer() throws Exception {
        mvc.perform(multipart("/upload")
                        .file(new MockMultipartFile(
                                "file",
                                "C:\\out\\good.xml",
                                "application/xml",
                                "<a/>".getBytes(StandardCharsets.UTF_8)))
                        .file(new MockMultipartFile(
                                "file", "large.xml", "application/xml", new byte[FakeIntake.MAX_BYTES + 1]))
                        .param("pipeline", FakeIntake.PIPELINE)
                        .with(csrf()))
                .andExpect(redirectedUrl("/upload?pipeline=payment-files"));
        assertThat(intake.submissions()).singleElement().satisfies(submission -> {
            assertThat(submission.headers().text("Name")).hasValue("good.xml");
            assertThat(submission.headers().text("Content-Type")).hasValue("application/xml");
        });
    }

    private static AbstractMockHttpServletRequestBuilder<?> edit(String typed) {
        return multipart("/dead-letters/letter-1/revisions")
                .param("basedOn", "0")
                .param("payload", typed)
                .with(csrf());
    }

    private String payload() {
        return new String(letters.deadLetter("letter-1").orElseThrow().payload(), StandardCharsets.UTF_8);
    }

    private static Matcher<String> harmless() {
        return allOf(not(containsString("<script>alert")), not(containsString("<img src=x")));
    }

    @Test
    void the_audit_log_says_who_did_what_and_whether_it_is_whole() throws Exception {
        audit.clear();
        audit.add(Deed.Action.DISCARD_ORDERED, "anton", "letter-1", flow, "month's end", now);
        audit.add(Deed.Action.PIPELINE_ORDERED, "berta", "payment-files", flow, null, now);

        mvc.perform(get("/audit"))
                .andExpect(content().string(containsString("ordered to discard")))
                .andExpect(content().string(containsString("href=\"/dead-letters/letter-1\"")))
                .andExpect(content().string(containsString("href=\"/flows/" + flow + "\"")))
                .andExpect(content().string(containsString("month&#39;s end")))
                .andExpect(content().string(containsString("/api/audit/export?format=csv")));
        mvc.perform(get("/audit?actor=berta&verify=true"))
                .andExpect(content().string(containsString("gave a pipeline an order")))
                .andExpect(content().string(not(containsString("month&#39;s end"))))
                .andExpect(content().string(containsString("/api/audit/export?actor=berta&amp;format=ndjson")))
                .andExpect(content().string(containsString("data-testid=\"whole\"")))
                .andExpect(content().string(containsString("3:" + "ab".repeat(32))));
        audit.broken(2, "entry 2, or the hash before it, was altered");
        mvc.perform(get("/audit?verify=true"))
                .andExpect(content().string(containsString("entry 2, or the hash before it, was altered")));
        mvc.perform(get("/audit?from=yesterday"))
                .andExpect(content().string(containsString("expected &#39;from&#39; as a time like")));
    }
}
