package io.waybill.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.waybill.pipeline.Headers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record that the machine gave up, and that nobody has repaired or discarded yet.
 *
 * @param stage that ran it
 * @param operator that failed; empty where the source's serde could not read the record
 * @param errorCode stable; the exception's simple name where it has none
 * @param payload the bytes at its entry point: the stage's input, or the part
 * @param path which part of its message it is, from 1; empty for the message itself
 * @param label of the part; empty where the split declares none
 * @param attempt 0, or the number of the replay that failed again
 * @param key null where it has none
 */
public record DeadLetter(
        String id,
        String trackingId,
        String stage,
        String operator,
        String errorCode,
        String errorMessage,
        byte[] payload,
        List<Integer> path,
        String label,
        int attempt,
        byte @Nullable [] key,
        Headers headers) {

    public DeadLetter {
        path = List.copyOf(path);
    }

    /** The payload as UTF-8 text, as the console shows it. */
    public String text() {
        return new String(payload, UTF_8);
    }

    @Override
    public String toString() {
        return "%s of %s%s in '%s': %s".formatted(errorCode, trackingId, path, operator, errorMessage);
    }
}
