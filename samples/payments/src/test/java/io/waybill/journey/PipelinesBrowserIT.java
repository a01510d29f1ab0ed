package io.waybill.journey;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import io.waybill.samples.payments.generator.PaymentFileGenerator;
import io.waybill.samples.payments.generator.Recipe;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operator pauses the pipeline in the browser, restarts the application, and lets it go on. */
class PipelinesBrowserIT {

    private static final Recipe RECIPE = Recipe.of(31_337, 20);
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final LocatorAssertions.HasTextOptions PATIENT =
            new LocatorAssertions.HasTextOptions().setTimeout(60_000);

    @TempDir
    Path folder;

    @Test
    void a_paused_pipeline_processes_nothing_even_after_a_restart_until_it_is_resumed() throws Exception {
        try (SampleApp app = new SampleApp(folder.resolve("data"));
                Chromium chromium = Chromium.launch()) {
            app.start();
            app.awaitConsole();
            Page page = chromium.browser()
                    .newContext(new Browser.NewContextOptions().setViewportSize(1280, 900))
                    .newPage();
            Chromium.logIn(page, app, "/pipelines");
            assertThat(id(page, "actual")).hasText("Running", PATIENT);
            order(page, "PAUSED", "the bank is down");
            assertThat(id(page, "actual")).hasText("Paused", PATIENT);
            assertThat(id(page, "standing")).containsText("the bank is down");

            drop(app);
            Await.until("the file is taken in", LIMIT, () -> flows(app, "IN_PROGRESS") == 1);
            app.kill();
            app.start();
            app.awaitConsole();
            Chromium.logInAgain(page, app, "/pipelines");
            assertThat(id(page, "actual")).hasText("Paused", PATIENT);
            assertThat(flows(app, "ACK")).isZero();
            assertThat(ClearedPayments.read(app.bootstrapServers())).isEmpty();

            order(page, "RUNNING", "the bank is back");
            assertThat(id(page, "actual")).hasText("Running", PATIENT);
            Await.until("the file is processed", LIMIT, () -> flows(app, "ACK") == 1);
            assertThat(ClearedPayments.read(app.bootstrapServers())).hasSize(20);

            assertThat(id(page, "time").first())
                    .containsText("% idle", new LocatorAssertions.ContainsTextOptions().setTimeout(60_000));
            assertThat(id(page, "graph")).containsText("payments.files");
            assertThat(id(page, "stage-figures").first()).containsText(", 0 behind");
            Chromium.picture(page, "console-pipeline");
        }
    }

    private static void order(Page page, String wanted, String reason) {
        id(page, "order-" + wanted).first().click();
        id(page, "order-reason").fill(reason);
        id(page, "order-confirm").click();
        assertThat(id(page, "notice")).containsText("What becomes of it shows here");
    }

    private static int flows(SampleApp app, String status) throws Exception {
        return app.get("/api/flows?status=" + status).get("flows").size();
    }

    private static Locator id(Page page, String testId) {
        return page.getByTestId(testId);
    }

    private static void drop(SampleApp app) throws IOException {
        Path part = app.inbox().resolve("payments.xml.part");
        try (OutputStream out = Files.newOutputStream(part)) {
            new PaymentFileGenerator(RECIPE).writeTo(out);
        }
        Files.move(part, app.inbox().resolve("payments.xml"), StandardCopyOption.ATOMIC_MOVE);
    }
}
