package io.waybill.tracking;

import io.waybill.format.TrackingId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Incidents as the log tells them, and the orders a person can give. Safe for any thread. */
public interface Incidents {

    /** Newest first, at most {@code limit}. */
    List<IncidentView> incidents(boolean openOnly, int limit);

    Optional<IncidentView> incident(String id);

    /**
     * Orders the stopped task to try again. Returns when the order is on the log; what comes of it shows on the
     * incident.
     *
     * @throws java.util.NoSuchElementException where there is no such incident
     * @throws IllegalStateException where it is closed or cannot be retried
     * @throws OrderNotAcknowledgedException where the broker did not acknowledge the order in time
     */
    void retry(String id, String requestedBy);

    record IncidentView(
            String id,
            String kind,
            boolean open,
            String pipeline,
            String stage,
            int partition,
            @Nullable TrackingId trackingId,
            @Nullable String operator,
            String code,
            String title,
            String detail,
            Instant openedAt,
            @Nullable Instant closedAt,
            @Nullable String closedBy,
            boolean retryable) {}
}
