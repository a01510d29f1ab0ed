package io.waybill.tracking.rest;

import io.waybill.format.TrackingId;
import io.waybill.tracking.FlowQueries;
import io.waybill.tracking.FlowQueries.FlowFilter;
import io.waybill.tracking.FlowQueries.FlowStatus;
import io.waybill.tracking.FlowQueries.FlowView;
import io.waybill.tracking.FlowQueries.PartPage;
import io.waybill.tracking.FlowQueries.PartStatus;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What became of messages. */
@RestController
@RequestMapping(path = "/api/flows", produces = MediaType.APPLICATION_JSON_VALUE)
final class FlowController {

    private final FlowQueries flows;

    FlowController(FlowQueries flows) {
        this.flows = flows;
    }

    @GetMapping
    FlowList list(
            @RequestParam(required = false) @Nullable String pipeline,
            @RequestParam(required = false) @Nullable FlowStatus status,
            @RequestParam(required = false) @Nullable String q,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = "50") int limit,
            HttpServletRequest request) {
        var page = flows.flows(new FlowFilter(given(pipeline), status, given(q)), given(cursor), limit);
        Links links = new Links(request.getContextPath());
        return new FlowList(
                page.flows().stream().map(flow -> FlowSummary.of(flow, links)).toList(), page.nextCursor());
    }

    @GetMapping("/{trackingId}")
    FlowDetail flow(@PathVariable String trackingId, HttpServletRequest request) {
        TrackingId id = InvalidTrackingIdException.parse(trackingId);
        FlowView flow = known(id);
        return FlowDetail.of(
                flow,
                flows.ledTo(id, 50),
                flows.causes(id),
                flows.parts(id, null, null, 50),
                new Links(request.getContextPath()));
    }

    @GetMapping("/{trackingId}/parts")
    PartPage parts(
            @PathVariable String trackingId,
            @RequestParam(required = false) @Nullable PartStatus status,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = "50") int limit) {
        TrackingId id = InvalidTrackingIdException.parse(trackingId);
        known(id);
        return flows.parts(id, status, given(cursor), limit);
    }

    /** @param nextCursor null on the last page */
    record FlowList(List<FlowSummary> flows, @Nullable String nextCursor) {}

    private FlowView known(TrackingId id) {
        return flows.flow(id).orElseThrow(() -> UnknownFlowException.of(id, flows.lag()));
    }

    /** An empty field of a form asks for nothing. */
    private static @Nullable String given(@Nullable String parameter) {
        return parameter == null || parameter.isBlank() ? null : parameter;
    }
}
