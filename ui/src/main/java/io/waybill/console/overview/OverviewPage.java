package io.waybill.console.overview;

import io.waybill.console.failures.FailureRow;
import io.waybill.console.frame.ConsoleView;
import io.waybill.console.frame.Look;
import io.waybill.console.frame.Proportion;
import io.waybill.console.frame.Proportion.Share;
import io.waybill.deadletters.DeadLetters;
import io.waybill.deadletters.DeadLetters.DeadLetterFilter;
import io.waybill.deadletters.DeadLetters.FailureGroup;
import io.waybill.tracking.FlowQueries;
import io.waybill.tracking.FlowQueries.FlowFilter;
import io.waybill.tracking.FlowQueries.FlowStatus;
import io.waybill.tracking.Incidents;
import io.waybill.tracking.Incidents.IncidentView;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

/** Screen 1. */
@ConsoleView
public class OverviewPage {

    private static final Duration WINDOW = Duration.ofHours(24);
    private static final int GROUPS_COUNTED = 500;
    private static final int GROUPS_SHOWN = 6;
    private static final int INCIDENTS_COUNTED = 100;
    private static final int FLOWS_SHOWN = 8;

    private final FlowQueries flows;
    private final DeadLetters deadLetters;
    private final Incidents incidents;
    private final Clock clock;

    public OverviewPage(FlowQueries flows, DeadLetters deadLetters, Incidents incidents, ObjectProvider<Clock> clock) {
        this.flows = flows;
        this.deadLetters = deadLetters;
        this.incidents = incidents;
        this.clock = clock.getIfUnique(Clock::systemUTC);
    }

    @GetMapping("/")
    String overview(Model model) {
        Instant now = clock.instant();
        List<FailureGroup> groups = deadLetters.groups(DeadLetterFilter.ALL, GROUPS_COUNTED);
        List<IncidentView> open = incidents.incidents(true, INCIDENTS_COUNTED);
        Situation situation = Situation.of(groups, open.size(), flows.lag(), now);
        model.addAttribute("situation", situation);
        Verdict verdict = Verdict.of(situation);
        model.addAttribute("verdict", verdict);
        model.addAttribute("announcement", verdict.headline());
        model.addAttribute(
                "groups",
                groups.stream().limit(GROUPS_SHOWN).map(FailureRow::of).toList());
        model.addAttribute("moreGroups", Math.max(0, groups.size() - GROUPS_SHOWN));
        model.addAttribute("flowCounts", flowCounts(flows.counts(now.minus(WINDOW))));
        model.addAttribute(
                "newest",
                flows.flows(new FlowFilter(null, null, null), null, FLOWS_SHOWN).flows());
        return "waybill/overview";
    }

    private static Proportion flowCounts(Map<FlowStatus, Long> counts) {
        return Proportion.of(Arrays.stream(FlowStatus.values())
                .map(status -> {
                    Look look = Look.of(status);
                    return new Share(look, counts.getOrDefault(status, 0L), look.label());
                })
                .toList());
    }
}
