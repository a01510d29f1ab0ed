package io.waybill.pipeline;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Keys of rows below one prefix. */
final class RowBytes {

    private static final byte LAST = (byte) 0xff;

    private RowBytes() {}

    static byte[] concat(byte[] prefix, byte[] rest) {
        byte[] all = Arrays.copyOf(prefix, prefix.length + rest.length);
        System.arraycopy(rest, 0, all, prefix.length, rest.length);
        return all;
    }

    static byte[] concat(byte[] prefix, long number) {
        return ByteBuffer.allocate(prefix.length + Long.BYTES)
                .put(prefix)
                .putLong(number)
                .array();
    }

    static byte[] after(byte[] prefix, byte[] row) {
        return Arrays.copyOfRange(row, prefix.length, row.length);
    }

    /** The least key that is greater than this one. */
    static byte[] next(byte[] key) {
        return Arrays.copyOf(key, key.length + 1);
    }

    /** The least key that is greater than all that begin with the prefix; null where there is none. */
    static byte @Nullable [] end(byte[] prefix) {
        int last = prefix.length - 1;
        while (last >= 0 && prefix[last] == LAST) {
            last--;
        }
        if (last < 0) {
            return null;
        }
        byte[] end = Arrays.copyOf(prefix, last + 1);
        end[last]++;
        return end;
    }
}
