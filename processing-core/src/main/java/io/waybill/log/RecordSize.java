package io.waybill.log;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * The most bytes a record takes as a batch of its own, uncompressed: Kafka's record format version 2 with every
 * variable-length number at its longest. Engine and writer judge by the same bound.
 */
public final class RecordSize {

    private static final int BATCH_OVERHEAD = 61;
    private static final int RECORD_OVERHEAD = 21;
    private static final int LENGTH = 5;
    /** A {@code char} in UTF-8. */
    private static final int LONGEST_CHARACTER = 3;

    private RecordSize() {}

    public static long upperBound(byte @Nullable [] key, byte @Nullable [] value, Iterable<Header> headers) {
        long bytes = BATCH_OVERHEAD + RECORD_OVERHEAD + field(key) + field(value) + LENGTH;
        for (Header header : headers) {
            bytes += LENGTH + utf8Length(header.key()) + field(header.value());
        }
        return bytes;
    }

    /** Whether the upper bound is within {@code limit}; nearly always without counting the characters of header names. */
    public static boolean fits(byte @Nullable [] key, byte @Nullable [] value, Iterable<Header> headers, long limit) {
        long bytes = BATCH_OVERHEAD + RECORD_OVERHEAD + field(key) + field(value) + LENGTH;
        for (Header header : headers) {
            bytes += LENGTH + (long) LONGEST_CHARACTER * header.key().length() + field(header.value());
        }
        return bytes <= limit || upperBound(key, value, headers) <= limit;
    }

    private static int utf8Length(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return text.getBytes(StandardCharsets.UTF_8).length;
            }
        }
        return text.length();
    }

    private static long field(byte @Nullable [] content) {
        return LENGTH + (content == null ? 0L : content.length);
    }
}
