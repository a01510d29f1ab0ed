package io.waybill.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Response;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** The system's Chromium, headless. A test that misses it is skipped with a printed reason, but never in CI. */
final class Chromium implements AutoCloseable {

    private static final Path EXECUTABLE = Path.of("/usr/bin/chromium");
    private static final double PATIENCE_MILLIS = 60_000;
    private static final List<String> ARGUMENTS = List.of(
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync");

    private final Playwright playwright;
    private final Browser browser;

    private Chromium(Playwright playwright) {
        this.playwright = playwright;
        this.browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(EXECUTABLE)
                        .setArgs(ARGUMENTS));
    }

    static Chromium launch() {
        boolean there = Files.isExecutable(EXECUTABLE);
        if (!there && !"true".equals(System.getenv("CI"))) {
            Assumptions.abort("skipped: no Chromium at " + EXECUTABLE + "; .ci/run installs it");
        }
        return new Chromium(Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))));
    }

    Browser browser() {
        return browser;
    }

    /** An operator logs in and is where the path leads. */
    static void logIn(Page page, SampleApp app, String path) {
        // Pages that ask Kafka take their time while it has just been killed, and others use the machine.
        page.setDefaultNavigationTimeout(PATIENCE_MILLIS);
        page.navigate(app.uri(path).toString());
        logInAgain(page, app, path);
    }

    /** As {@link #logIn}, where a page that stayed open over a restart asks for it by itself, with its next poll. */
    static void logInAgain(Page page, SampleApp app, String path) {
        page.waitForURL(url -> url.contains("/login"));
        page.locator("input[name=username]").fill("operator");
        page.locator("input[name=password]").fill(SampleApp.PASSWORD);
        // To go on at once would cancel the request that logs in.
        Response answer = page.waitForResponse(
                Chromium::isLogIn, () -> page.getByTestId("login-submit").click());
        assertThat(answer.headerValue("location")).as("where the log-in leads").doesNotContain("error");
        page.navigate(app.uri(path).toString());
    }

    /** For the documentation: {@code -Dwaybill.pictures=FOLDER} keeps what the reader will see. */
    static void picture(Page page, String name) {
        String folder = System.getProperty("waybill.pictures");
        if (folder != null) {
            page.screenshot(new Page.ScreenshotOptions().setPath(Path.of(folder, name + ".png")));
        }
    }

    private static boolean isLogIn(Response response) {
        return response.request().method().equals("POST") && response.url().endsWith("/login");
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
