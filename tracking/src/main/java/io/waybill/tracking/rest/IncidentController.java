package io.waybill.tracking.rest;

import io.waybill.tracking.Incidents;
import io.waybill.tracking.Incidents.IncidentView;
import java.security.Principal;
import java.time.Instant;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What needs a person, and the orders that person can give. */
@RestController
@RequestMapping(path = "/api/incidents", produces = MediaType.APPLICATION_JSON_VALUE)
final class IncidentController {

    private final Incidents incidents;

    IncidentController(Incidents incidents) {
        this.incidents = incidents;
    }

    @GetMapping
    IncidentList list(
            @RequestParam(defaultValue = "false") boolean openOnly, @RequestParam(defaultValue = "50") int limit) {
        return new IncidentList(incidents.incidents(openOnly, limit).stream()
                .map(IncidentController::json)
                .toList());
    }

    /** Accepted means that the order is on the log; what comes of it shows on the incident. */
    @PostMapping("/{id}/retry")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Accepted retry(@PathVariable String id, @Nullable Principal principal) {
        incidents.retry(id, principal == null ? "anonymous" : principal.getName());
        return new Accepted(id);
    }

    @ExceptionHandler
    ProblemDetail on(NoSuchElementException e) {
        return TrackingProblems.problem(HttpStatus.NOT_FOUND, "UNKNOWN_INCIDENT", e);
    }

    @ExceptionHandler
    ProblemDetail on(IllegalStateException e) {
        return TrackingProblems.problem(HttpStatus.CONFLICT, "INCIDENT_NOT_RETRYABLE", e);
    }

    record IncidentList(List<IncidentJson> incidents) {}

    record Accepted(String incidentId) {}

    record IncidentJson(
            String id,
            String kind,
            boolean open,
            String pipeline,
            String stage,
            int partition,
            @Nullable String trackingId,
            @Nullable String operator,
            String code,
            String title,
            String detail,
            Instant openedAt,
            @Nullable Instant closedAt,
            @Nullable String closedBy,
            boolean retryable) {}

    private static IncidentJson json(IncidentView view) {
        return new IncidentJson(
                view.id(),
                view.kind(),
                view.open(),
                view.pipeline(),
                view.stage(),
                view.partition(),
                FlowSummary.text(view.trackingId()),
                view.operator(),
                view.code(),
                view.title(),
                view.detail(),
                view.openedAt(),
                view.closedAt(),
                view.closedBy(),
                view.retryable());
    }
}
