package io.waybill.console;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every page of the console, in one colour scheme: by class, so that two browsers can look at once. */
abstract class PagesInBrowser extends ConsoleInBrowser {

    private final ColorScheme scheme;

    PagesInBrowser(ColorScheme scheme) {
        this.scheme = scheme;
    }

    @ParameterizedTest
    @ValueSource(ints = {1280, 390})
    void every_page_is_accessible_and_fits_its_width(int width) {
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
        audit.clear();
        pipelines.clear();
        for (String empty :
                List.of("/", "/failures", "/dead-letters", "/flows", "/incidents", "/audit", "/pipelines")) {
            page.navigate(url(empty));
            look(page, "empty-" + (empty.length() == 1 ? "overview" : empty.substring(1)), width, scheme);
        }
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
        pages.put("audit", "/audit");
        pages.put("audit-checked", "/audit?actor=berta&verify=true");
        pages.put("upload", "/upload");
        pages.put("not-found", "/nothing/here");
        return pages;
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
}
