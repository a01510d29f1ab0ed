package io.waybill.deadletters.rest;

import io.waybill.deadletters.DeadLetterDesk;
import io.waybill.deadletters.DeadLetterNotFoundException;
import io.waybill.deadletters.DeadLetters.DeadLetterFilter;
import io.waybill.deadletters.DeadLetters.DeadLetterView;
import io.waybill.deadletters.DeadLetters.ReplayView;
import io.waybill.deadletters.DeadLetters.RevisionView;
import io.waybill.deadletters.DeadLetters.Status;
import io.waybill.deadletters.query.JdbcDeadLetters;
import io.waybill.deadletters.rest.Requests.NewDecision;
import io.waybill.deadletters.rest.Requests.NewRevision;
import io.waybill.deadletters.rest.Responses.DeadLetterJson;
import io.waybill.deadletters.rest.Responses.PageJson;
import io.waybill.deadletters.rest.Responses.RevisionJson;
import io.waybill.format.TrackingId;
import java.security.Principal;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.UriComponentsBuilder;

@RestController
@RequestMapping(path = "/api/dead-letters", produces = "application/json")
class DeadLetterController {

    private final JdbcDeadLetters deadLetters;
    private final DeadLetterDesk desk;

    DeadLetterController(JdbcDeadLetters deadLetters, DeadLetterDesk desk) {
        this.deadLetters = deadLetters;
        this.desk = desk;
    }

    @GetMapping
    PageJson list(
            @RequestParam @Nullable String pipeline,
            @RequestParam @Nullable String operator,
            @RequestParam @Nullable String errorCode,
            @RequestParam @Nullable Status status,
            @RequestParam @Nullable String trackingId,
            @RequestParam @Nullable String q,
            @RequestParam(defaultValue = "false") boolean holdsUp,
            @RequestParam @Nullable String cursor,
            @RequestParam(defaultValue = "50") int limit) {
        try {
            TrackingId flow = trackingId == null ? null : TrackingId.parse(trackingId);
            DeadLetterFilter filter = new DeadLetterFilter(pipeline, operator, errorCode, status, flow, q, holdsUp);
            return PageJson.of(deadLetters.deadLetters(filter, cursor, limit));
        } catch (IllegalArgumentException e) {
            throw InvalidRequestException.because(e);
        }
    }

    @GetMapping("/{id}")
    DeadLetterJson one(@PathVariable String id) {
        DeadLetterView view = deadLetters.deadLetter(id).orElseThrow(() -> DeadLetterNotFoundException.of(id));
        return DeadLetterJson.of(
                view, deadLetters.revisionSummaries(id), deadLetters.replaysOf(id), deadLetters.history(id));
    }

    @GetMapping("/{id}/revisions/{number}")
    RevisionJson revision(@PathVariable String id, @PathVariable int number) {
        return deadLetters
                .revision(id, number)
                .map(RevisionJson::of)
                .orElseThrow(() -> DeadLetterNotFoundException.of(id + ", revision " + number));
    }

    @PostMapping(path = "/{id}/revisions", consumes = "application/json")
    ResponseEntity<RevisionJson> revise(
            @PathVariable String id, @RequestBody NewRevision request, @Nullable Principal user) {
        RevisionView saved =
                desk.revise(id, request.base(), request.bytes(), request.carried(), Actor.of(user), request.reason());
        return ResponseEntity.created(UriComponentsBuilder.fromPath("/api/dead-letters/{id}/revisions/{number}")
                        .build(id, saved.number()))
                .body(RevisionJson.of(saved));
    }

    @PostMapping(path = "/{id}/discard", consumes = "application/json")
    ResponseEntity<ReplayView> discard(
            @PathVariable String id, @RequestBody NewDecision request, @Nullable Principal user) {
        return ReplayController.accepted(desk.discard(id, Actor.of(user), request.because()));
    }

    @PostMapping(path = "/{id}/let-go", consumes = "application/json")
    ResponseEntity<ReplayView> letGo(
            @PathVariable String id, @RequestBody NewDecision request, @Nullable Principal user) {
        return ReplayController.accepted(desk.letGo(id, Actor.of(user), request.because()));
    }
}
