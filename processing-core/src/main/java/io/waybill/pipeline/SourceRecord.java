package io.waybill.pipeline;

import org.jspecify.annotations.Nullable;

/**
 * A record as its sender wrote it, given to the functions that find its identity.
 *
 * @param key null where it has none
 * @param payload the value's bytes; not to be changed
 * @param value the value as the source's serde read it; null where the bytes are undecodable
 */
public record SourceRecord<T>(
        byte @Nullable [] key,
        Headers headers,
        byte[] payload,
        @Nullable T value) {}
