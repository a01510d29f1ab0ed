package io.waybill.deadletters.rest;

import io.waybill.pipeline.Headers;
import io.waybill.pipeline.Headers.Header;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What people send. The accessors refuse what is missing or contradictory with an {@link InvalidRequestException}. */
final class Requests {

    private Requests() {}

    /**
     * @param basedOn the revision the editor saw
     * @param payload as text; or {@code payloadBase64}, exactly one of them
     * @param headers null: those of the revision it is based on
     */
    record NewRevision(
            @Nullable Integer basedOn,
            @Nullable String payload,
            @Nullable String payloadBase64,
            @Nullable List<NewHeader> headers,
            @Nullable String reason) {

        int base() {
            return required("basedOn", basedOn);
        }

        byte[] bytes() {
            return Requests.bytes("payload", payload, payloadBase64);
        }

        @Nullable
        Headers carried() {
            return headers == null
                    ? null
                    : new Headers(headers.stream().map(NewHeader::header).toList());
        }
    }

    /** @param value as text; or {@code valueBase64}; neither: a header without value */
    record NewHeader(
            @Nullable String name,
            @Nullable String value,
            @Nullable String valueBase64) {

        private Header header() {
            String key = required("headers.name", name);
            return value == null && valueBase64 == null
                    ? new Header(key, null)
                    : new Header(key, bytes("headers.value", value, valueBase64));
        }
    }

    record NewReplay(
            @Nullable String deadLetterId, @Nullable Integer revision) {

        String id() {
            return required("deadLetterId", deadLetterId);
        }

        int pinned() {
            return required("revision", revision);
        }
    }

    /** What is to be discarded, or let go. */
    record NewDecision(@Nullable String reason) {

        String because() {
            String given = required("reason", reason);
            if (given.isBlank()) {
                throw InvalidRequestException.because("expected a reason in 'reason', but it was blank");
            }
            return given;
        }
    }

    private static <T> T required(String field, @Nullable T value) {
        if (value == null) {
            throw InvalidRequestException.because("expected a value in '%s', but there was none".formatted(field));
        }
        return value;
    }

    private static byte[] bytes(String field, @Nullable String text, @Nullable String base64) {
        if ((text == null) == (base64 == null)) {
            throw InvalidRequestException.because("expected exactly one of '%s' and '%1$sBase64', but there were %s"
                    .formatted(field, text == null ? "none" : "both"));
        }
        if (text != null) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw InvalidRequestException.because(
                    "expected base64 in '%sBase64', but %s".formatted(field, e.getMessage()));
        }
    }
}
