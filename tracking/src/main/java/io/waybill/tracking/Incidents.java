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

    /**
     * Says what becomes of something prepared whose fate nobody can know (R9). Returns when the order is on the log; it may be
     * given again, and the incident closes with the person's name once it is carried out.
     *
     * @throws java.util.NoSuchElementException where there is no such incident
     * @throws IllegalStateException where it is closed or nothing is in doubt
     * @throws OrderNotAcknowledgedException where the broker did not acknowledge the order in time
     */
    void decide(String id, Decision decision, String requestedBy);

    /** What becomes of something prepared. */
    enum Decision {
        COMMIT,
        ROLL_BACK
    }

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
            boolean retryable) {

        private static final String IN_DOUBT = "IN_DOUBT";

        /** Whether a person is to decide what becomes of something prepared. */
        public boolean decidable() {
            return open && kind.equals(IN_DOUBT);
        }
    }
}
