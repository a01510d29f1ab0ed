package io.waybill.console.audit;

import io.waybill.audit.AuditQueries;
import io.waybill.audit.AuditQueries.Page;
import io.waybill.audit.Deed.Action;
import io.waybill.audit.InvalidAuditQueryException;
import io.waybill.audit.chain.AuditChainCheck;
import io.waybill.audit.rest.Question;
import io.waybill.console.frame.ConsoleView;
import io.waybill.console.frame.Link;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.RequestParam;

/** Who changed what, newest first; as a file; and whether the log is what was entered. */
@ConsoleView
public class AuditPage {

    private static final int ROWS = 50;

    private final AuditQueries audit;
    private final AuditChainCheck check;

    public AuditPage(AuditQueries audit, AuditChainCheck check) {
        this.audit = audit;
        this.check = check;
    }

    @GetMapping("/audit")
    String audit(
            @ModelAttribute Question question,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = "false") boolean verify,
            Model model) {
        try {
            Page page = audit.entries(question.filter(), Question.given(cursor), ROWS);
            model.addAttribute("rows", page.entries().stream().map(AuditRow::of).toList());
            model.addAttribute(
                    "older",
                    page.nextCursor() == null
                            ? null
                            : link(question, "audit")
                                    .with("cursor", page.nextCursor())
                                    .toString());
        } catch (InvalidAuditQueryException refused) {
            model.addAttribute("rows", List.of());
            model.addAttribute("refusal", refused.getMessage());
        }
        model.addAttribute("question", question);
        model.addAttribute("actions", actions());
        model.addAttribute("filtered", !link(question, "audit").toString().equals("/audit"));
        model.addAttribute(
                "newest", cursor == null ? null : link(question, "audit").toString());
        model.addAttribute("verdict", verify ? check.check(null) : null);
        for (String format : List.of("csv", "ndjson")) {
            model.addAttribute(
                    format,
                    link(question, "api", "audit", "export")
                            .with("format", format)
                            .toString());
        }
        return "waybill/audit";
    }

    private static Map<String, String> actions() {
        Map<String, String> words = new LinkedHashMap<>();
        for (Action action : Action.values()) {
            words.put(action.name(), AuditRow.words(action));
        }
        return words;
    }

    private static Link link(Question question, String... segments) {
        return Link.to(segments)
                .with("from", question.from())
                .with("until", question.until())
                .with("actor", question.actor())
                .with("action", question.action())
                .with("pipeline", question.pipeline())
                .with("subject", question.subject())
                .with("trackingId", question.trackingId());
    }
}
