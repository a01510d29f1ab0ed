package io.waybill.console.failures;

import io.waybill.console.frame.ConsoleView;
import io.waybill.deadletters.DeadLetters;
import io.waybill.deadletters.DeadLetters.DeadLetterFilter;
import io.waybill.deadletters.DeadLetters.FailureGroup;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.ui.Model;
import org.springframework.util.StringUtils;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Screen 2: groups of unresolved dead letters. */
@ConsoleView
public class FailuresPage {

    private static final int GROUPS_SHOWN = 200;

    private final DeadLetters deadLetters;

    public FailuresPage(DeadLetters deadLetters) {
        this.deadLetters = deadLetters;
    }

    @GetMapping("/failures")
    String failures(@RequestParam(required = false) @Nullable String pipeline, Model model) {
        String wanted = StringUtils.hasText(pipeline) ? pipeline : null;
        List<FailureGroup> groups =
                deadLetters.groups(new DeadLetterFilter(wanted, null, null, null, null, null, false), GROUPS_SHOWN + 1);
        model.addAttribute("pipeline", wanted);
        model.addAttribute(
                "unresolved", groups.stream().mapToLong(FailureGroup::count).sum());
        model.addAttribute(
                "groups",
                groups.stream().limit(GROUPS_SHOWN).map(FailureRow::of).toList());
        model.addAttribute("cut", groups.size() > GROUPS_SHOWN);
        return "waybill/failures";
    }
}
