package io.waybill.tracking.rest;

import io.waybill.tracking.Incidents;
import io.waybill.tracking.Incidents.Decision;
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
import org.springframework.web.bind.annotation.RequestBody;
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

    /** Commits or rolls back what is in doubt; accepted means the same. */
    @PostMapping("/{id}/decision")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Accepted decide(@PathVariable String id, @RequestBody DecisionRequest request, @Nullable Principal principal) {
        if (principal == null || principal.getName().isBlank()) {
            throw new NobodyException();
        }
        Decision decision = request.decision();
        if (decision == null) {
            throw new DecisionMissingException();
        }
        try {
            incidents.decide(id, decision, principal.getName());
        } catch (IllegalStateException e) {
            throw new UndecidableException(e);
        }
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

    @ExceptionHandler
    ProblemDetail on(UndecidableException e) {
        return TrackingProblems.problem(HttpStatus.CONFLICT, "INCIDENT_NOT_IN_DOUBT", e);
    }

    @ExceptionHandler
    ProblemDetail on(DecisionMissingException e) {
        return TrackingProblems.problem(HttpStatus.BAD_REQUEST, "INVALID_REQUEST", e);
    }

    @ExceptionHandler
    ProblemDetail on(NobodyException e) {
        return TrackingProblems.problem(HttpStatus.UNAUTHORIZED, "NOT_AUTHENTICATED", e);
    }

    static final class UndecidableException extends RuntimeException {
        private static final long serialVersionUID = 1;

        UndecidableException(IllegalStateException cause) {
            super(cause.getMessage(), cause);
        }
    }

    static final class DecisionMissingException extends RuntimeException {
        private static final long serialVersionUID = 1;

        DecisionMissingException() {
            super("expected 'decision' to be one of %s, but it is missing".formatted(List.of(Decision.values())));
        }
    }

    /** A decision names the person who takes it. */
    static final class NobodyException extends RuntimeException {
        private static final long serialVersionUID = 1;

        NobodyException() {
            super("expected a user who is logged in, but nobody is");
        }
    }

    record IncidentList(List<IncidentJson> incidents) {}

    record DecisionRequest(@Nullable Decision decision) {}

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
            boolean retryable,
            boolean decidable) {}

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
                view.retryable(),
                view.decidable());
    }
}
