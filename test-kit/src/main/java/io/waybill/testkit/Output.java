package io.waybill.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.waybill.pipeline.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A record that a sink wrote, committed.
 *
 * @param value as the sink's serde reads it
 * @param key null where the sink declares none
 * @param trackingId of the flow it belongs to
 */
public record Output(Object value, byte @Nullable [] key, Headers headers, String trackingId) {

    /** @throws PipelineTestException where the value is of another type */
    public <V> V value(Class<V> type) {
        return Values.cast("the output", type, value);
    }

    /** The key as UTF-8 text; empty where there is none. */
    public String keyText() {
        return key == null ? "" : new String(key, UTF_8);
    }
}
