package io.waybill.engine;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * An upper bound of what a record takes as a batch of its own, before compression: Kafka's record format version 2
 * with every variable-length number at its longest.
 */
final class RecordSize {

    private static final int BATCH_OVERHEAD = 61;
    private static final int VARINT = 5;
    private static final int RECORD_OVERHEAD = VARINT + 1 + 10 + VARINT + VARINT + VARINT + VARINT;

    private RecordSize() {}

    static int upperBound(byte @Nullable [] key, byte[] value, Headers headers) {
        long size = BATCH_OVERHEAD + RECORD_OVERHEAD + (key == null ? 0L : key.length) + value.length;
        for (Header header : headers) {
            size += VARINT + header.key().getBytes(StandardCharsets.UTF_8).length;
            size += VARINT + (header.value() == null ? 0L : header.value().length);
        }
        return (int) Math.min(size, Integer.MAX_VALUE);
    }
}
