package io.waybill.tracking.webhook;

import io.waybill.format.TrackingId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What people see of deliveries, and the one order they can give. Safe for any thread. */
public final class Webhooks {

    private final WebhookDeliveries deliveries;

    /** @param jdbc of a database with this module's tables */
    public Webhooks(JdbcClient jdbc) {
        this.deliveries = new WebhookDeliveries(jdbc);
    }

    public enum DeliveryState {
        /** Not delivered yet: it is tried again by itself. */
        PENDING,
        /** The target has answered with a status of 200 to 299. */
        DELIVERED,
        /** It was tried as often as it may be, or the target wants no more. */
        GIVEN_UP
    }

    /**
     * @param attempt how many were begun, since a person sent it again where one did
     * @param httpStatus of the last answer; null where there was none
     * @param error of the last attempt; null where it did well or none was made
     * @param dueAt when a pending one is tried next, or is taken for lost by whoever tries it; null otherwise
     */
    public record DeliveryView(
            long id,
            String target,
            TrackingId trackingId,
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

    /**
     * Newest first.
     *
     * @param before only those with lesser ids
     */
    public List<DeliveryView> list(@Nullable String target, @Nullable DeliveryState state, long before, int limit) {
        return deliveries.list(target, state, before, limit);
    }

    /**
     * Sends it once more, with the same id.
     *
     * @throws UnknownDeliveryException where there is none of this id
     * @throws DeliveryPendingException where it is on its way anyway
     */
    public void sendAgain(long id, String by) {
        if (deliveries.sendAgain(id, by)) {
            return;
        }
        DeliveryView known = deliveries.find(id);
        if (known == null) {
            throw UnknownDeliveryException.of(id);
        }
        throw DeliveryPendingException.of(known);
    }
}
