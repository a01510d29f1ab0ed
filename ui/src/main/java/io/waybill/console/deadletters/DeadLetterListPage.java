package io.waybill.console.deadletters;

import io.waybill.console.frame.ConsoleView;
import io.waybill.console.frame.Look;
import io.waybill.deadletters.DeadLetters;
import io.waybill.deadletters.DeadLetters.DeadLetterPage;
import io.waybill.deadletters.DeadLetters.Status;
import io.waybill.format.TrackingId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Dead letters by filter, newest first. */
@ConsoleView
public class DeadLetterListPage {

    private static final int ROWS = 50;

    private final DeadLetters deadLetters;

    public DeadLetterListPage(DeadLetters deadLetters) {
        this.deadLetters = deadLetters;
    }

    @GetMapping("/dead-letters")
    String list(
            @RequestParam(required = false) @Nullable String pipeline,
            @RequestParam(required = false) @Nullable String operator,
            @RequestParam(required = false) @Nullable String error,
            @RequestParam(required = false) @Nullable Status status,
            @RequestParam(required = false) @Nullable TrackingId flow,
            @RequestParam(required = false) @Nullable String q,
            @RequestParam(defaultValue = "false") boolean holdsUp,
            @RequestParam(required = false) @Nullable String cursor,
            Model model) {
        DeadLetterQuery query = new DeadLetterQuery(pipeline, operator, error, status, flow, q, holdsUp);
        DeadLetterPage page = deadLetters.deadLetters(query.filter(), cursor, ROWS);
        model.addAttribute("query", query);
        model.addAttribute("tabs", tabs(query));
        model.addAttribute("rows", page.deadLetters());
        model.addAttribute("older", page.nextCursor() == null ? null : query.linkToOlder(page.nextCursor()));
        model.addAttribute("newest", cursor == null ? null : query.linkTo(status));
        return "waybill/dead-letters";
    }

    private List<Tab> tabs(DeadLetterQuery query) {
        List<Tab> tabs = new ArrayList<>();
        long all = 0;
        for (Status status : Status.values()) {
            long count = deadLetters.count(query.filter(status));
            all += count;
            tabs.add(new Tab(Look.of(status), count, query.linkTo(status), query.status() == status));
        }
        tabs.addFirst(new Tab(new Look("All", "calm", ""), all, query.linkTo(null), query.status() == null));
        return tabs;
    }

    /** One state to choose, with how many there are of it. */
    record Tab(Look look, long count, String link, boolean current) {}
}
