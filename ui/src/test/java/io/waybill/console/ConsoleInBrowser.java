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
import io.waybill.console.fakes.FakeAudit;
import io.waybill.console.fakes.FakeDeadLetters;
import io.waybill.console.fakes.FakeFlows;
import io.waybill.console.fakes.FakeIncidents;
import io.waybill.console.fakes.FakeIntake;
import io.waybill.console.fakes.FakePipelines;
import io.waybill.console.fakes.FakeWaybill;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;

/** The console in a real browser after a busy day. */
@SpringBootTest(
        classes = FakeWaybill.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "waybill.console.operator-password=" + ConsoleInBrowser.PASSWORD,
            "server.address=127.0.0.1",
            "server.servlet.session.cookie.same-site=lax"
        })
abstract class ConsoleInBrowser {

    private static final boolean SCREENSHOTS = Boolean.getBoolean("waybill.screenshots");

    static final String PASSWORD = "open-sesame-42";

    private static @Nullable Browser browser;

    @LocalServerPort
    private int port;

    @Autowired
    FakeFlows flows;

    @Autowired
    FakeDeadLetters letters;

    @Autowired
    FakeIncidents incidents;

    @Autowired
    FakePipelines pipelines;

    @Autowired
    FakeAudit audit;

    @Autowired
    FakeIntake intake;

    BusyDay day;
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
        audit.clear();
        pipelines.clear();
        pipelines.put(FakePipelines.running("payment-files", "debtor-accounts"));
        day = new BusyDay(Instant.now());
        day.fill(flows, letters, incidents);
        day.fill(audit);
    }

    @AfterEach
    void closeContext() {
        if (context != null) {
            context.close();
        }
    }

    final byte[] corrected(String id) {
        return new String(letters.deadLetter(id).orElseThrow().payload(), StandardCharsets.UTF_8)
                .replace("DE89370400440532013001", "DE89370400440532013000")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** With {@code -Dwaybill.screenshots=true} people find what it looked like in {@code target/screenshots}. */
    static void look(Page page, String name, int width, ColorScheme scheme) {
        if (SCREENSHOTS) {
            page.screenshot(new Page.ScreenshotOptions()
                    .setFullPage(true)
                    .setPath(Path.of(
                            "target/screenshots",
                            "%s-%d-%s.png".formatted(name, width, scheme.name().toLowerCase(Locale.ROOT)))));
        }
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

    static NewContextOptions options() {
        return new NewContextOptions().setViewportSize(1280, 900).setLocale("en-GB");
    }

    final Page newPage(NewContextOptions options) {
        BrowserContext fresh = Objects.requireNonNull(browser).chromium().newContext(options);
        context = fresh;
        return fresh.newPage();
    }

    final Page loggedIn(NewContextOptions options) {
        Page page = newPage(options);
        page.navigate(url("/login"));
        page.getByLabel("Password").fill(PASSWORD);
        page.getByTestId("login-submit").click();
        assertThat(page.getByTestId("verdict")).isVisible();
        return page;
    }

    final String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }
}
