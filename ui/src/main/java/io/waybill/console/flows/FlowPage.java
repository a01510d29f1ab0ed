package io.waybill.console.flows;

import io.waybill.console.frame.ConsoleView;
import io.waybill.console.frame.Link;
import io.waybill.console.frame.Look;
import io.waybill.console.frame.SourceOperator;
import io.waybill.format.TrackingId;
import io.waybill.tracking.FlowQueries;
import io.waybill.tracking.FlowQueries.CauseCount;
import io.waybill.tracking.FlowQueries.FlowStatus;
import io.waybill.tracking.FlowQueries.FlowView;
import io.waybill.tracking.FlowQueries.PartPage;
import io.waybill.tracking.FlowQueries.PartStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpStatus;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.ModelAndView;

/** One flow: where it came from, what came of it, and of its parts. */
@ConsoleView
public class FlowPage {

    private static final int ROWS = 50;

    /** So many of the flows that it caused are named. */
    private static final int LED_TO = 10;

    /** A receipt's flow is projected within seconds; so long an unknown one counts as not projected yet. */
    private static final Duration EXPECTED_WITHIN = Duration.ofMinutes(10);

    private static final String ALL = "ALL";

    private final FlowQueries flows;
    private final Clock clock;

    public FlowPage(FlowQueries flows, ObjectProvider<Clock> clock) {
        this.flows = flows;
        this.clock = clock.getIfUnique(Clock::systemUTC);
    }

    @GetMapping("/flows/{trackingId}")
    ModelAndView flow(
            @PathVariable String trackingId,
            @RequestParam(required = false) @Nullable String part,
            @RequestParam(required = false) @Nullable String cursor,
            Model model) {
        TrackingId id = idOf(trackingId);
        Optional<FlowView> found = flows.flow(id);
        if (found.isEmpty()) {
            return unknown(id, model);
        }
        FlowView flow = found.get();
        PartStatus wanted = wanted(flow, part);
        PartPage page = flows.parts(id, wanted, cursor, ROWS);
        model.addAttribute("flow", flow);
        model.addAttribute("ledTo", flows.ledTo(id, LED_TO));
        model.addAttribute("bar", FlowBar.of(flow));
        model.addAttribute("announcement", announcement(flow));
        model.addAttribute("pollSeconds", pollSeconds(flow));
        model.addAttribute(
                "causes",
                flows.causes(id).stream().map(cause -> Cause.of(flow, cause)).toList());
        model.addAttribute("parts", page.parts());
        model.addAttribute("tabs", tabs(id, wanted));
        model.addAttribute(
                "next",
                page.nextCursor() == null ? null : link(id, wanted).with("cursor", page.nextCursor()) + "#parts");
        model.addAttribute("first", cursor == null ? null : link(id, wanted) + "#parts");
        return new ModelAndView("waybill/flow", model.asMap());
    }

    private static TrackingId idOf(String text) {
        try {
            return TrackingId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND, "no tracking id: " + text, e);
        }
    }

    private ModelAndView unknown(TrackingId id, Model model) {
        Instant begun = Instant.ofEpochMilli(id.value().getMostSignificantBits() >>> 16);
        Duration age = Duration.between(begun, clock.instant());
        model.addAttribute("trackingId", id);
        model.addAttribute("expected", age.compareTo(EXPECTED_WITHIN) < 0);
        return new ModelAndView("waybill/flow-unknown", model.asMap(), HttpStatus.NOT_FOUND);
    }

    /** Where parts wait for a person, those are shown first. */
    private static @Nullable PartStatus wanted(FlowView flow, @Nullable String part) {
        if (part == null) {
            return flow.openDeadLetters() > 0 ? PartStatus.DEAD_LETTERED : null;
        }
        if (part.equals(ALL)) {
            return null;
        }
        try {
            return PartStatus.valueOf(part);
        } catch (IllegalArgumentException e) {
            throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "no part status: " + part, e);
        }
    }

    private static String announcement(FlowView flow) {
        return "%s: %d passed, %d failed".formatted(Look.of(flow.status()).label(), flow.succeeded(), flow.failed());
    }

    /** 0: nothing is expected to change. */
    private static int pollSeconds(FlowView flow) {
        if (flow.status() == FlowStatus.IN_PROGRESS || flow.waiting() != null) {
            return 1;
        }
        return flow.openDeadLetters() > 0 ? 4 : 0;
    }

    private static Link link(TrackingId id, @Nullable PartStatus wanted) {
        return Link.to("flows", id.toString()).with("part", wanted == null ? ALL : wanted.name());
    }

    private static List<Tab> tabs(TrackingId id, @Nullable PartStatus wanted) {
        List<Tab> tabs = new ArrayList<>();
        tabs.add(new Tab(new Look("All", "calm", ""), link(id, null) + "#parts", wanted == null));
        for (PartStatus status : PartStatus.values()) {
            tabs.add(new Tab(Look.of(status), link(id, status) + "#parts", wanted == status));
        }
        return tabs;
    }

    record Tab(Look look, String link, boolean current) {}

    /** @param link to the flow's dead letters of this cause */
    record Cause(CauseCount cause, String operator, String link) {

        static Cause of(FlowView flow, CauseCount cause) {
            String operator = SourceOperator.toUrl(cause.operator() == null ? "" : cause.operator());
            return new Cause(
                    cause,
                    operator,
                    Link.to("dead-letters")
                            .with("pipeline", flow.pipeline())
                            .with("operator", cause.operator() == null ? null : operator)
                            .with("error", cause.errorCode())
                            .with("flow", flow.trackingId())
                            .toString());
        }
    }
}
