package io.waybill.audit;

import io.waybill.format.TrackingId;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Asks the audit log. Safe for any thread. */
public interface AuditQueries {

    /**
     * @param from when the person acted, this or later
     * @param until when the person acted, before this
     * @param subject the whole id of what it was done to
     */
    record Filter(
            @Nullable Instant from,
            @Nullable Instant until,
            @Nullable String actor,
            @Nullable String action,
            @Nullable String pipeline,
            @Nullable String subject,
            @Nullable TrackingId trackingId) {

        public static final Filter ALL = new Filter(null, null, null, null, null, null, null);
    }

    /** @param nextCursor null on the last page */
    record Page(List<AuditEntry> entries, @Nullable String nextCursor) {}

    /**
     * Newest first.
     *
     * @param cursor of the page before; null for the first
     * @param limit 1 to 500
     * @throws InvalidAuditQueryException where cursor or limit cannot be meant
     */
    Page entries(Filter filter, @Nullable String cursor, int limit);

    /** Every entry, oldest first, as the log stood at one moment; however many there are, few are in memory. */
    void each(Filter filter, Consumer<AuditEntry> to);
}
