package io.waybill.engine;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Rows with a time to live begin with the log time at which it ends, in milliseconds (8 bytes, big endian). */
final class Expiry {

    static final int BYTES = Long.BYTES;

    private Expiry() {}

    static byte[] wrap(byte[] value, long endsMs) {
        return ByteBuffer.allocate(BYTES + value.length)
                .putLong(endsMs)
                .put(value)
                .array();
    }

    static long endsMs(byte[] stored) {
        return ByteBuffer.wrap(stored).getLong();
    }

    static boolean isOver(byte[] stored, long logTimeMs) {
        return endsMs(stored) < logTimeMs;
    }

    /** The value, or null where its time is over. */
    static byte @Nullable [] unwrap(byte[] stored, long logTimeMs) {
        return isOver(stored, logTimeMs) ? null : value(stored);
    }

    static byte[] value(byte[] stored) {
        return Arrays.copyOfRange(stored, BYTES, stored.length);
    }
}
