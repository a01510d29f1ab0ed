package io.waybill.deadletters.desk;

import io.waybill.deadletters.PayloadTooLargeException;
import io.waybill.pipeline.Headers;
import java.nio.charset.StandardCharsets;

/**
 * What an edit may take (I6).
 *
 * @param maxPayloadBytes of one revision's payload
 * @param maxRevisions of one dead letter
 */
public record DeskLimits(long maxPayloadBytes, int maxRevisions) {

    /** Of all headers of a revision together, names included. */
    static final long MAX_HEADER_BYTES = 64 * 1024;

    void check(byte[] payload) {
        if (payload.length > maxPayloadBytes) {
            throw PayloadTooLargeException.of("a payload", payload.length, maxPayloadBytes);
        }
    }

    void check(Headers headers) {
        long bytes = headers.all().stream()
                .mapToLong(header -> header.name().getBytes(StandardCharsets.UTF_8).length
                        + (header.value() == null ? 0L : header.value().length))
                .sum();
        if (bytes > MAX_HEADER_BYTES) {
            throw PayloadTooLargeException.of("headers", bytes, MAX_HEADER_BYTES);
        }
    }
}
