package io.waybill.console.flows;

import io.waybill.console.frame.ConsoleView;
import io.waybill.console.frame.Link;
import io.waybill.tracking.FlowQueries;
import io.waybill.tracking.FlowQueries.FlowFilter;
import io.waybill.tracking.FlowQueries.FlowPage;
import io.waybill.tracking.FlowQueries.FlowStatus;
import org.jspecify.annotations.Nullable;
import org.springframework.ui.Model;
import org.springframework.util.StringUtils;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Flows by filter, newest first. */
@ConsoleView
public class FlowListPage {

    private static final int ROWS = 50;

    private final FlowQueries flows;

    public FlowListPage(FlowQueries flows) {
        this.flows = flows;
    }

    @GetMapping("/flows")
    String flows(
            @RequestParam(required = false) @Nullable String pipeline,
            @RequestParam(required = false) @Nullable FlowStatus status,
            @RequestParam(required = false) @Nullable String q,
            @RequestParam(required = false) @Nullable String cursor,
            Model model) {
        FlowFilter filter = new FlowFilter(textOrNull(pipeline), status, textOrNull(q));
        FlowPage page = flows.flows(filter, cursor, ROWS);
        model.addAttribute("filter", filter);
        model.addAttribute("filtered", filter.pipeline() != null || status != null || filter.text() != null);
        model.addAttribute("statuses", FlowStatus.values());
        model.addAttribute("rows", page.flows());
        model.addAttribute(
                "older", page.nextCursor() == null ? null : link(filter).with("cursor", page.nextCursor()));
        model.addAttribute("newest", cursor == null ? null : link(filter));
        return "waybill/flows";
    }

    private static Link link(FlowFilter filter) {
        return Link.to("flows")
                .with("pipeline", filter.pipeline())
                .with("status", filter.status())
                .with("q", filter.text());
    }

    private static @Nullable String textOrNull(@Nullable String text) {
        return StringUtils.hasText(text) ? text.strip() : null;
    }
}
