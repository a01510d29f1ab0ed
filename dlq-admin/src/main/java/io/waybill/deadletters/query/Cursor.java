package io.waybill.deadletters.query;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Base64;

/** Where a page ended. Opaque to callers; text form: base64url of {@code <epoch milliseconds>:<id>}. */
record Cursor(Instant firstFailedAt, String id) {

    /** @throws IllegalArgumentException where the text is no cursor */
    static Cursor parse(String text) {
        try {
            String plain = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
            int colon = plain.indexOf(':');
            Instant at = Instant.ofEpochMilli(Long.parseLong(plain, 0, colon, 10));
            if (at.isBefore(Instant.EPOCH) || at.isAfter(Instant.parse("9999-12-31T23:59:59Z"))) {
                throw new IllegalArgumentException("a time out of range");
            }
            return new Cursor(at, plain.substring(colon + 1));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("expected a cursor as a page returned it, but was: " + text, e);
        }
    }

    OffsetDateTime at() {
        return firstFailedAt.atOffset(ZoneOffset.UTC);
    }

    @Override
    public String toString() {
        byte[] plain = (firstFailedAt.toEpochMilli() + ":" + id).getBytes(StandardCharsets.UTF_8);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(plain);
    }
}
