package io.waybill.tracking.rest;

import io.waybill.format.TrackingId;
import io.waybill.tracking.FlowQueries;
import io.waybill.tracking.FlowQueries.FlowFilter;
import io.waybill.tracking.FlowQueries.FlowStatus;
import io.waybill.tracking.FlowQueries.FlowView;
import io.waybill.tracking.FlowQueries.PartPage;
import io.waybill.tracking.FlowQueries.PartStatus;
import io.waybill.tracking.FlowResults;
import io.waybill.tracking.InvalidQueryException;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** What became of messages. */
@RestController
@RequestMapping(path = "/api/flows", produces = MediaType.APPLICATION_JSON_VALUE)
final class FlowController {

    private static final int LONGEST_WAIT_SECONDS = 60;

    private final FlowQueries flows;
    private final AwaitedResults awaited;

    FlowController(FlowQueries flows, FlowResults results) {
        this.flows = flows;
        this.awaited = new AwaitedResults(results);
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
        return detail(InvalidTrackingIdException.parse(trackingId), new Links(request.getContextPath()));
    }

    /** Long poll: answers when the flow has a result with a greater number than {@code after}, else as it is at the end. */
    @GetMapping(path = "/{trackingId}", params = "waitSeconds")
    DeferredResult<FlowDetail> flow(
            @PathVariable String trackingId,
            @RequestParam int waitSeconds,
            @RequestParam(defaultValue = "0") int after,
            HttpServletRequest request) {
        TrackingId id = InvalidTrackingIdException.parse(trackingId);
        if (waitSeconds < 1 || waitSeconds > LONGEST_WAIT_SECONDS) {
            throw InvalidQueryException.waitSeconds(waitSeconds, LONGEST_WAIT_SECONDS);
        }
        Links links = new Links(request.getContextPath());
        return awaited.within(Duration.ofSeconds(waitSeconds), id, after, () -> detail(id, links));
    }

    /** Server-sent events, one for each result. */
    @GetMapping(path = "/{trackingId}", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter results(
            @PathVariable String trackingId,
            @RequestHeader(name = "Last-Event-ID", defaultValue = "0") int lastEventId) {
        return awaited.stream(InvalidTrackingIdException.parse(trackingId), lastEventId);
    }

    private FlowDetail detail(TrackingId id, Links links) {
        return FlowDetail.of(known(id), flows.ledTo(id, 50), flows.causes(id), flows.parts(id, null, null, 50), links);
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
