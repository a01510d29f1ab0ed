package io.waybill.tracking.rest;

import io.waybill.tracking.InvalidQueryException;
import io.waybill.tracking.webhook.DeliveryPendingException;
import io.waybill.tracking.webhook.UnknownDeliveryException;
import io.waybill.tracking.webhook.Webhooks;
import io.waybill.tracking.webhook.Webhooks.DeliveryState;
import io.waybill.tracking.webhook.Webhooks.DeliveryView;
import java.security.Principal;
import java.time.Instant;
import java.util.List;
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

/** Results on their way to other systems: what became of each, and sending one again. */
@RestController
@RequestMapping(path = "/api/webhook-deliveries", produces = MediaType.APPLICATION_JSON_VALUE)
final class WebhookController {

    private static final int MAX_LIMIT = 500;

    private final Webhooks webhooks;

    WebhookController(Webhooks webhooks) {
        this.webhooks = webhooks;
    }

    @GetMapping
    Deliveries list(
            @RequestParam(required = false) @Nullable String target,
            @RequestParam(required = false) @Nullable DeliveryState state,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = "50") int limit) {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw InvalidQueryException.limit(limit, MAX_LIMIT);
        }
        List<DeliveryView> found = webhooks.list(target, state, before(cursor), limit + 1);
        List<DeliveryView> page = found.size() > limit ? found.subList(0, limit) : found;
        return new Deliveries(
                page.stream().map(WebhookController::json).toList(),
                found.size() > limit ? Long.toString(page.getLast().id()) : null);
    }

    private static long before(@Nullable String cursor) {
        if (cursor == null) {
            return Long.MAX_VALUE;
        }
        try {
            return Long.parseLong(cursor);
        } catch (NumberFormatException malformed) {
            throw InvalidQueryException.cursor(cursor);
        }
    }

    /** Accepted means that it is due; what comes of it shows on the delivery. */
    @PostMapping("/{id}/send-again")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Accepted sendAgain(@PathVariable long id, @Nullable Principal principal) {
        webhooks.sendAgain(id, principal == null ? "anonymous" : principal.getName());
        return new Accepted(id);
    }

    @ExceptionHandler
    ProblemDetail on(UnknownDeliveryException e) {
        return TrackingProblems.problem(HttpStatus.NOT_FOUND, UnknownDeliveryException.CODE, e);
    }

    @ExceptionHandler
    ProblemDetail on(DeliveryPendingException e) {
        return TrackingProblems.problem(HttpStatus.CONFLICT, DeliveryPendingException.CODE, e);
    }

    record Deliveries(
            List<DeliveryJson> deliveries, @Nullable String nextCursor) {}

    record Accepted(long deliveryId) {}

    record DeliveryJson(
            long id,
            String target,
            String trackingId,
            int number,
            String pipeline,
            DeliveryState state,
            int attempt,
            @Nullable Integer httpStatus,
            @Nullable String error,
            @Nullable Instant createdAt,
            @Nullable Instant dueAt,
            @Nullable Instant settledAt,
            @Nullable String sentAgainBy) {}

    private static DeliveryJson json(DeliveryView view) {
        return new DeliveryJson(
                view.id(),
                view.target(),
                view.trackingId().toString(),
                view.number(),
                view.pipeline(),
                view.state(),
                view.attempt(),
                view.httpStatus(),
                view.error(),
                view.createdAt(),
                view.dueAt(),
                view.settledAt(),
                view.sentAgainBy());
    }
}
