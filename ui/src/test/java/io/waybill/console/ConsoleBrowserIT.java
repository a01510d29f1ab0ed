package io.waybill.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.waybill.console.fakes.Browser;
import io.waybill.console.fakes.BusyDay;
import io.waybill.console.fakes.FakeDeadLetters;
import io.waybill.console.fakes.FakeFlows;
import io.waybill.console.fakes.FakeIncidents;
import io.waybill.console.fakes.FakeIntake;
import io.waybill.console.fakes.FakePipelines;
import io.waybill.console.fakes.FakeWaybill;
import io.waybill.control.Actual;
import io.waybill.deadletters.DeadLetters.ReplayStatus;
import io.waybill.deadletters.DeadLetters.Status;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;

/** The console in a real browser. Leaves screenshots of every page under {@code target/screenshots}. */
@SpringBootTest(
        classes = FakeWaybill.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "waybill.console.operator-password=" + ConsoleBrowserIT.PASSWORD,
            "server.address=127.0.0.1",
            "server.servlet.session.cookie.same-site=lax"
        })
class ConsoleBrowserIT {

    static final String PASSWORD = "open-sesame-42";

    private static @Nullable Browser browser;

    @LocalServerPort
    private int port;

    @Autowired
    private FakeFlows flows;

    @Autowired
    private FakeDeadLetters letters;

    @Autowired
    private FakeIncidents incidents;

    @Autowired
    private FakePipelines pipelines;

    @Autowired
    private FakeIntake intake;

    private BusyDay day;
    private @Nullable BrowserContext context;

    @BeforeAll
    static void startBrowser() {
        browser = Browser.start();
    }

    @AfterAll
    static void stopBrowser() {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void fill() {
        flows.clear();
        letters.clear();
        incidents.clear();
        intake.clear();
        pipelines.clear();
        pipelines.put(FakePipelines.running("payment-files", "debtor-accounts"));
        day = new BusyDay(Instant.now());
        day.fill(flows, letters, incidents);
    }

    @AfterEach
    void closeContext() {
        if (context != null) {
            context.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"1280, LIGHT", "1280, DARK", "390, LIGHT", "390, DARK"})
    void every_page_is_accessible_and_fits_its_width(int width, ColorScheme scheme) {
        Page page = loggedIn(
                options().setViewportSize(width, width > 800 ? 900 : 844).setColorScheme(scheme));
        stopPolls(page);
        letters.revise(day.letter, 0, corrected(day.letter), null, "operator", "Check digits corrected");
        for (Map.Entry<String, String> each : pages().entrySet()) {
            page.navigate(url(each.getValue()));
            if (each.getKey().equals("dead-letter-edit")) {
                page.getByTestId("edit-open").click();
                page.getByTestId("replay-open").click();
            }
            look(page, each.getKey(), width, scheme);
        }
        incidents.clear();
        day.stop(incidents);
        day.doubt(incidents);
        page.navigate(url("/"));
        look(page, "overview-stopped", width, scheme);
        page.navigate(url("/incidents"));
        look(page, "incidents", width, scheme);
        page.navigate(url("/incidents/incident-3/decision?decision=COMMIT"));
        look(page, "incident-decision", width, scheme);
        letters.clear();
        flows.clear();
        incidents.clear();
        pipelines.clear();
        for (String empty : List.of("/", "/failures", "/dead-letters", "/flows", "/incidents", "/pipelines")) {
            page.navigate(url(empty));
            look(page, "empty-" + (empty.length() == 1 ? "overview" : empty.substring(1)), width, scheme);
        }
    }

    @ParameterizedTest
    @CsvSource({"1280, LIGHT", "390, DARK"})
    void the_login_is_accessible(int width, ColorScheme scheme) {
        Page page = newPage(options().setViewportSize(width, 844).setColorScheme(scheme));
        page.navigate(url("/"));
        look(page, "login", width, scheme);
    }

    @Test
    void a_dead_letter_is_corrected_compared_and_replayed_live() {
        Page page = loggedIn(options());
        page.navigate(url("/flows/" + day.partial));
        page.getByTestId("part-dead-letter").first().click();
        assertThat(page.getByTestId("dead-letter-status")).hasText("Open");
        page.keyboard().press("e");
        String edited = page.getByTestId("payload-editor")
                .inputValue()
                .replace("DE89370400440532013001", "DE89370400440532013000");
        page.getByTestId("payload-editor").fill(edited);
        page.getByTestId("save-revision").click();
        assertThat(page.getByTestId("notice")).containsText("Saved as revision 1. Nothing was sent yet.");
        assertThat(page.getByTestId("diff").locator("del")).hasText("DE89370400440532013001");
        assertThat(page.getByTestId("diff").locator("ins")).hasText("DE89370400440532013000");
        assertThat(letters.deadLetter(day.letter).orElseThrow().payload())
                .isEqualTo(edited.getBytes(StandardCharsets.UTF_8));

        page.keyboard().press("r");
        page.getByTestId("replay-confirm").click();
        assertThat(page.getByTestId("notice")).containsText("Replay of revision 1 requested");
        assertThat(page.getByTestId("dead-letter-status")).hasText("Replay requested");
        letters.end(day.letter, Status.RESOLVED, ReplayStatus.SUCCEEDED);
        assertThat(page.getByTestId("dead-letter-status")).hasText("Resolved");
        assertThat(page.getByTestId("resolved")).isVisible();
    }

    @Test
    void a_stale_edit_says_who_was_faster_and_keeps_what_was_typed() {
        Page page = loggedIn(options().setColorScheme(ColorScheme.LIGHT));
        page.navigate(url("/dead-letters/" + day.letter));
        page.getByTestId("edit-open").click();
        page.getByTestId("payload-editor").fill("{\"broken\":");
        page.getByTestId("save-revision").click();
        assertThat(page.getByTestId("edit-problem")).containsText("no well-formed JSON");
        look(page, "edit-refused", 1280, ColorScheme.LIGHT);
        letters.revise(day.letter, 0, corrected(day.letter), null, "colleague", null);
        page.getByTestId("payload-editor").fill("{\"mine\":1}");
        page.getByTestId("save-revision").click();
        assertThat(page.getByTestId("conflict-explanation")).containsText("colleague");
        assertThat(page.getByTestId("payload-editor")).hasValue("{\"mine\":1}");
        look(page, "conflict", 1280, ColorScheme.LIGHT);
        page.setViewportSize(390, 844);
        look(page, "conflict", 390, ColorScheme.LIGHT);
        page.getByTestId("save-revision").click();
        assertThat(page.getByTestId("notice")).containsText("Saved as revision 2");
    }

    @Test
    void all_of_it_works_without_scripts() {
        Page page = loggedIn(options().setJavaScriptEnabled(false));
        page.navigate(url("/dead-letters/" + day.letter));
        page.getByTestId("edit-open").click();
        page.getByTestId("payload-editor").fill("{\"corrected\":true}");
        page.getByTestId("save-revision").click();
        assertThat(page.getByTestId("diff")).isVisible();
        page.getByTestId("replay-open").click();
        page.getByTestId("replay-confirm").click();
        assertThat(page.getByTestId("dead-letter-status")).hasText("Replay requested");
        letters.end(day.letter, Status.RESOLVED, ReplayStatus.SUCCEEDED);
        page.getByText("Look again").click();
        assertThat(page.getByTestId("dead-letter-status")).hasText("Resolved");
    }

    @Test
    void line_ends_survive_an_edit_in_a_real_text_area() {
        Page page = loggedIn(options());
        byte[] mixed = "\nfirst\r\nsecond\nthird\r\n".getBytes(StandardCharsets.UTF_8);
        letters.revise(day.letter, 0, mixed, null, "operator", null);
        page.navigate(url("/dead-letters/" + day.letter));
        page.getByTestId("edit-open").click();
        page.getByTestId("payload-editor")
                .fill(page.getByTestId("payload-editor").inputValue().replace("second", "2nd"));
        page.getByTestId("save-anyway")
                .or(page.getByTestId("save-revision"))
                .first()
                .click();
        if (page.getByTestId("save-anyway").count() > 0) {
            page.getByTestId("save-anyway").check();
            page.getByTestId("save-revision").click();
        }
        assertThat(page.getByTestId("notice")).containsText("Saved as revision 2");
        assertThat(new String(letters.deadLetter(day.letter).orElseThrow().payload(), StandardCharsets.UTF_8))
                .isEqualTo("\nfirst\r\n2nd\nthird\r\n");
    }

    @Test
    void files_are_sent_and_their_flow_appears_when_it_is_projected() {
        Page page = loggedIn(options());
        page.getByTestId("upload-file").setInputFiles(new com.microsoft.playwright.options.FilePayload[] {
            new com.microsoft.playwright.options.FilePayload(
                    "a.xml", "application/xml", "<a/>".getBytes(StandardCharsets.UTF_8)),
            new com.microsoft.playwright.options.FilePayload(
                    "b.xml", "application/xml", new byte[FakeIntake.MAX_BYTES + 1])
        });
        page.getByTestId("upload-send").click();
        assertThat(page.getByTestId("receipt")).hasCount(2);
        assertThat(page.getByTestId("upload-refused")).containsText("PAYLOAD_TOO_LARGE");
        assertThat(intake.submissions()).hasSize(1);
        look(page, "receipts", 1280, ColorScheme.LIGHT);
        page.getByTestId("receipt-flow").click();
        assertThat(page.getByTestId("flow-unknown")).containsText("On its way");
    }

    @Test
    void keys_move_and_can_be_switched_off() {
        Page page = loggedIn(options());
        page.navigate(url("/flows"));
        page.keyboard().press("j");
        page.keyboard().press("j");
        assertThat(page.locator(".row--here")).hasCount(1);
        page.keyboard().press("Enter");
        assertThat(page.getByTestId("flow-status")).isVisible();
        page.keyboard().press("?");
        page.getByLabel("Shortcuts are on").uncheck();
        page.keyboard().press("Escape");
        page.navigate(url("/flows"));
        page.keyboard().press("j");
        assertThat(page.locator(".row--here")).hasCount(0);
    }

    @Test
    void a_pause_is_ordered_with_a_reason_and_shown_as_done_only_once_it_is() {
        Page page = loggedIn(options());
        page.navigate(url("/pipelines"));
        assertThat(page.getByTestId("actual")).hasText("Running");
        page.getByTestId("order-PAUSED").click();
        assertThat(page.getByTestId("consequence")).containsText("No thread takes up another record");
        page.getByTestId("order-reason").fill("broker maintenance");
        page.getByTestId("order-confirm").click();

        assertThat(page.getByTestId("notice")).containsText("What becomes of it shows here");
        assertThat(page.getByTestId("actual")).hasText("Pausing");
        assertThat(page.getByTestId("waits-for")).containsText("has not read the order yet");
        pipelines.obey("payment-files", Actual.PAUSED);
        assertThat(page.getByTestId("actual")).hasText("Paused");
        assertThat(page.getByTestId("standing")).containsText("broker maintenance");
        assertThat(pipelines.orders()).containsExactly("payment-files PAUSED by operator: broker maintenance");
    }

    private Map<String, String> pages() {
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put("overview", "/");
        pages.put("failures", "/failures");
        pages.put("dead-letters", "/dead-letters");
        pages.put("dead-letter", "/dead-letters/0197-bic-1");
        pages.put("dead-letter-edit", "/dead-letters/" + day.letter);
        pages.put("flows", "/flows");
        pages.put("flow-partial", "/flows/" + day.partial);
        pages.put("flow-running", "/flows/" + day.running);
        pages.put("flow-duplicate", "/flows/" + day.duplicate);
        pages.put("incidents-all", "/incidents?all=true");
        pages.put("pipelines", "/pipelines");
        pages.put("pipeline-order", "/pipelines/payment-files/order?wanted=PAUSED");
        pages.put("upload", "/upload");
        pages.put("not-found", "/nothing/here");
        return pages;
    }

    private byte[] corrected(String id) {
        return new String(letters.deadLetter(id).orElseThrow().payload(), StandardCharsets.UTF_8)
                .replace("DE89370400440532013001", "DE89370400440532013000")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** A page that changes while it is photographed cannot be. */
    private static void stopPolls(Page page) {
        page.route("**/*", route -> {
            if (route.request().headers().containsKey("hx-request")) {
                route.abort();
            } else {
                route.resume();
            }
        });
    }

    private static void look(Page page, String name, int width, ColorScheme scheme) {
        page.screenshot(new Page.ScreenshotOptions()
                .setFullPage(true)
                .setPath(Path.of(
                        "target/screenshots",
                        "%s-%d-%s.png".formatted(name, width, scheme.name().toLowerCase(Locale.ROOT)))));
        List<Rule> violations = new AxeBuilder(page).analyze().getViolations();
        assertThat(violations)
                .as("accessibility of %s at %d in %s", name, width, scheme)
                .extracting(
                        rule -> rule.getId() + ": " + rule.getNodes().getFirst().getHtml())
                .isEmpty();
        assertThat((Integer) page.evaluate("document.documentElement.scrollWidth"))
                .as("width of %s at %d", name, width)
                .isLessThanOrEqualTo(width);
    }

    private static NewContextOptions options() {
        return new NewContextOptions().setViewportSize(1280, 900).setLocale("en-GB");
    }

    private Page newPage(NewContextOptions options) {
        BrowserContext fresh = Objects.requireNonNull(browser).chromium().newContext(options);
        context = fresh;
        return fresh.newPage();
    }

    private Page loggedIn(NewContextOptions options) {
        Page page = newPage(options);
        page.navigate(url("/login"));
        page.getByLabel("Password").fill(PASSWORD);
        page.getByTestId("login-submit").click();
        assertThat(page.getByTestId("verdict")).isVisible();
        return page;
    }

    private String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }
}
