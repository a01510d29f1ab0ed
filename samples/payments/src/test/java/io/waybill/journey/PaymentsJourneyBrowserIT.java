package io.waybill.journey;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import io.waybill.samples.payments.generator.Defect;
import io.waybill.samples.payments.generator.Expectation;
import io.waybill.samples.payments.generator.LedgerRow;
import io.waybill.samples.payments.generator.PaymentFileGenerator;
import io.waybill.samples.payments.generator.Recipe;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** An operator's first five minutes: a file with broken payments, one put right in the browser, the file sent again. */
class PaymentsJourneyBrowserIT {

    private static final String GOOD_IBAN = "DE89370400440532013000";
    private static final LocatorAssertions.ContainsTextOptions PATIENT =
            new LocatorAssertions.ContainsTextOptions().setTimeout(30_000);
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private static final Recipe RECIPE = Recipe.of(488_012, 500)
            .with(Defect.IBAN, 5)
            .with(Defect.BIC, 3)
            .with(Defect.AMOUNT, 2)
            .with(Defect.CURRENCY, 2);

    @TempDir
    Path folder;

    @Test
    void an_operator_finds_a_broken_payment_corrects_it_and_replays_it() throws Exception {
        try (SampleApp app = new SampleApp(folder.resolve("data"));
                Chromium chromium = Chromium.launch()) {
            app.start();
            app.awaitConsole();
            drop(app, "first.xml");
            String flow = trackingId(app, "PARTIAL");
            Expectation expected = new PaymentFileGenerator(RECIPE).expectation();

            Page page = chromium.browser()
                    .newContext(new Browser.NewContextOptions().setViewportSize(1280, 900))
                    .newPage();
            Chromium.logIn(page, app, "/flows/" + flow);

            assertThat(id(page, "flow-succeeded")).hasText("488");
            assertThat(id(page, "flow-failed")).hasText("12");
            assertThat(id(page, "cause")).hasCount(4);
            Chromium.picture(page, "console-flow");

            String payment = openOnePaymentWithBrokenIban(page);
            assertThat(id(page, "error")).containsText("INVALID_IBAN");
            assertThat(id(page, "payload")).containsText(payment);
            assertThat(id(page, "headers")).containsText("Message-Id");

            correctTheIban(page);
            assertThat(id(page, "diff")).containsText(GOOD_IBAN);

            id(page, "replay-open").click();
            id(page, "replay-confirm").click();
            assertThat(id(page, "dead-letter-status")).containsText("Resolved", PATIENT);

            id(page, "to-flow").click();
            assertThat(id(page, "flow-succeeded")).hasText("489");
            assertThat(id(page, "flow-failed")).hasText("11");
            assertThat(ClearedPayments.read(app.bootstrapServers()))
                    .containsEntry(payment, 1)
                    .hasSize(expected.cleared().size() + 1)
                    .allSatisfy((id, times) -> assertThat(times).isEqualTo(1));
            assertThat(booked(app, payment)).isEqualTo(1);

            upload(page, app);
            page.navigate(app.uri("/flows/" + trackingId(app, "DUPLICATE")).toString());
            assertThat(id(page, "duplicate-of")).containsText(flow);
            assertThat(ClearedPayments.read(app.bootstrapServers()))
                    .hasSize(489)
                    .allSatisfy((id, times) -> assertThat(times).isEqualTo(1));
            List<LedgerRow> ledger = LedgerTable.read(app.jdbcUrl());
            assertThat(ledger).doesNotHaveDuplicates().hasSize(489);
            assertThat(ledger)
                    .filteredOn(row -> !row.endToEndId().equals(payment))
                    .isEqualTo(LedgerTable.sorted(new PaymentFileGenerator(RECIPE).ledger(null)));
            assertThat(ledger)
                    .filteredOn(row -> row.endToEndId().equals(payment))
                    .singleElement()
                    .satisfies(row -> assertThat(row.creditorIban()).isEqualTo(GOOD_IBAN));
            assertThat(Files.readString(app.log()))
                    .contains("Waybill is ready", "operator")
                    .doesNotContain(SampleApp.PASSWORD);
        }
    }

    /** @return its end-to-end id */
    private static String openOnePaymentWithBrokenIban(Page page) {
        Locator broken = id(page, "part")
                .filter(new Locator.FilterOptions().setHasText("INVALID_IBAN"))
                .first();
        String endToEndId = broken.locator("a").first().innerText().strip();
        broken.locator("a").first().click();
        return endToEndId;
    }

    private static void correctTheIban(Page page) {
        id(page, "edit-open").click();
        Locator editor = id(page, "payload-editor");
        String broken = editor.inputValue();
        String corrected = broken;
        for (String field : new String[] {"debtorIban", "creditorIban"}) {
            corrected = corrected.replaceAll("(\"" + field + "\"\\s*:\\s*\")[^\"]*", "$1" + GOOD_IBAN);
        }
        assertThat(corrected).isNotEqualTo(broken);
        editor.fill(corrected);
        page.locator("[data-testid=edit-reason]").fill("the customer confirmed the account");
        id(page, "save-revision").click();
    }

    /** As somebody sees it who has no database client. */
    private static int booked(SampleApp app, String payment) throws Exception {
        return app.get("/api/ledger/" + payment).size();
    }

    /** The same file by the console's form. */
    private void upload(Page page, SampleApp app) throws IOException {
        Path again = folder.resolve("second.xml");
        try (OutputStream out = Files.newOutputStream(again)) {
            new PaymentFileGenerator(RECIPE).writeTo(out);
        }
        page.navigate(app.uri("/upload").toString());
        id(page, "upload-file").setInputFiles(again);
        id(page, "upload-send").click();
        assertThat(id(page, "receipt-flow")).hasCount(1);
    }

    private static Locator id(Page page, String testId) {
        return page.getByTestId(testId);
    }

    private static void drop(SampleApp app, String name) throws IOException {
        Path part = app.inbox().resolve(name + ".part");
        try (OutputStream out = Files.newOutputStream(part)) {
            new PaymentFileGenerator(RECIPE).writeTo(out);
        }
        Files.move(part, app.inbox().resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private static String trackingId(SampleApp app, String status) {
        String[] found = new String[1];
        Await.until("a flow is " + status, LIMIT, () -> {
            JsonNode flows = app.get("/api/flows?status=" + status).get("flows");
            if (!flows.isEmpty()) {
                found[0] = flows.get(0).get("trackingId").asString();
            }
            return found[0] != null;
        });
        return found[0];
    }
}
