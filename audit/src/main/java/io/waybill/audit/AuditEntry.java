package io.waybill.audit;

import io.waybill.format.TrackingId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An entry as it is kept.
 *
 * @param number from 1, without gaps
 * @param eventId of the deed
 * @param at when the person acted
 * @param recordedAt when it was entered
 * @param action a name of {@link Deed.Action}, or one that a later version knows
 * @param subjectKind a name of {@link Deed.Kind}, or one that a later version knows
 * @param detail JSON
 * @param hash of this entry and, by the hash of the one before, of all before it: 32 bytes in hexadecimal
 */
public record AuditEntry(
        long number,
        String eventId,
        Instant at,
        Instant recordedAt,
        String actor,
        String action,
        String subjectKind,
        String subject,
        @Nullable String pipeline,
        @Nullable TrackingId trackingId,
        @Nullable String reason,
        String detail,
        String hash) {}
