package io.waybill.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.waybill.console.fakes.FakeIntake;
import io.waybill.console.fakes.Samples;
import io.waybill.control.Actual;
import io.waybill.deadletters.DeadLetters.Behind;
import io.waybill.deadletters.DeadLetters.ReplayStatus;
import io.waybill.deadletters.DeadLetters.Status;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people do in the console, in a real browser. */
class ConsoleBrowserIT extends ConsoleInBrowser {

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

    @ParameterizedTest
    @CsvSource({"1280, LIGHT", "390, DARK"})
    void those_that_wait_behind_a_dead_letter_are_found_counted_and_let_go(int width, ColorScheme scheme) {
        Page page = loggedIn(options().setViewportSize(width, 844).setColorScheme(scheme));
        holdUp(7);
        page.navigate(url("/dead-letters"));
        page.getByTestId("holds-up").check();
        page.locator("form.filters button").click();
        assertThat(page.getByTestId("dead-letter")).hasCount(1);
        assertThat(page.getByTestId("behind")).hasText("7 wait behind it, for 3 min");
        assertThat(page.getByTestId("behind")).isVisible();
        look(page, "dead-letters-holding-up", width, scheme);
        page.getByTestId("dead-letter").locator("a").first().click();
        assertThat(page.getByTestId("behind")).containsText("7 wait behind it, the first for 3 min");

        page.getByTestId("let-go-open").click();
        look(page, "dead-letter-let-go", width, scheme);
        page.getByTestId("let-go-confirm").click();
        // The browser asks for the reason.
        assertThat(page.getByTestId("dead-letter-status")).hasText("Open");
        page.getByTestId("let-go-reason").fill("the others are urgent");
        page.getByTestId("let-go-confirm").click();
        assertThat(page.getByTestId("notice")).containsText("Those that wait are to go on");
        assertThat(page.getByTestId("dead-letter-status")).hasText("Let-go requested");
        letters.letGo(day.letter);
        assertThat(page.getByTestId("dead-letter-status")).hasText("Open");
        assertThat(page.getByTestId("in-sequence")).hasCount(0);

        page.getByTestId("replay-open").click();
        page.getByTestId("replay-confirm").click();
        letters.end(day.letter, Status.RESOLVED, ReplayStatus.SUCCEEDED);
        assertThat(page.getByTestId("resolved")).isVisible();
    }

    @Test
    void one_that_holds_others_up_is_skipped_with_a_reason() {
        Page page = loggedIn(options());
        holdUp(1);
        page.navigate(url("/dead-letters/" + day.letter));
        assertThat(page.getByTestId("behind")).containsText("1 waits behind it");
        page.getByTestId("discard-open").click();
        assertThat(page.locator("#discard")).containsText("go on with the next one");
        page.getByTestId("discard-reason").fill("the account is closed");
        page.getByTestId("discard-confirm").click();
        assertThat(page.getByTestId("dead-letter-status")).hasText("Discard requested");
        letters.end(day.letter, Status.DISCARDED, ReplayStatus.SUCCEEDED);
        assertThat(page.getByTestId("discarded")).isVisible();
        assertThat(page.getByTestId("in-sequence")).hasCount(0);
    }

    private void holdUp(int waiting) {
        Instant now = Instant.now();
        Behind behind = new Behind(waiting, now.minusSeconds(200), now.minusSeconds(2));
        letters.put(Samples.inSequence(letters.deadLetter(day.letter).orElseThrow(), behind));
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

    @Test
    void what_is_in_doubt_is_decided_after_what_will_happen_was_said() {
        incidents.clear();
        day.doubt(incidents);
        Page page = loggedIn(options());
        page.navigate(url("/incidents"));
        page.getByTestId("roll-back").click();
        assertThat(page.getByTestId("known")).containsText("names no checkpoint");
        assertThat(page.getByTestId("consequence")).containsText("given up in the sink's system");
        assertThat(incidents.decisions()).isEmpty();
        page.getByTestId("decision-confirm").click();

        assertThat(page.getByTestId("notice")).containsText("closes by itself once it is done");
        assertThat(page.getByTestId("incident")).containsText("Open");
        assertThat(incidents.decisions()).containsExactly("ROLL_BACK incident-3 by operator");
    }
}
