package io.waybill.audit.rest;

import io.waybill.audit.AuditQueries.Filter;
import io.waybill.audit.InvalidAuditQueryException;
import io.waybill.audit.InvalidAuditQueryException.Code;
import io.waybill.format.TrackingId;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** A filter as a query string has it; an empty field of a form asks for nothing. */
public record Question(
        @Nullable String from,
        @Nullable String until,
        @Nullable String actor,
        @Nullable String action,
        @Nullable String pipeline,
        @Nullable String subject,
        @Nullable String trackingId) {

    /** @throws InvalidAuditQueryException that names the parameter which cannot be meant */
    public Filter filter() {
        return new Filter(
                instant("from", given(from)),
                instant("until", given(until)),
                given(actor),
                given(action),
                given(pipeline),
                given(subject),
                trackingId(given(trackingId)));
    }

    public static @Nullable String given(@Nullable String parameter) {
        return parameter == null || parameter.isBlank() ? null : parameter.strip();
    }

    private static @Nullable Instant instant(String name, @Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new InvalidAuditQueryException(
                    Code.INVALID_PARAMETER,
                    "expected '%s' as a time like 2026-01-31T12:00:00Z, but was: %s".formatted(name, text));
        }
    }

    private static @Nullable TrackingId trackingId(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            return TrackingId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidAuditQueryException(
                    Code.INVALID_PARAMETER, "expected 'trackingId' as a tracking id, but was: " + text);
        }
    }
}
