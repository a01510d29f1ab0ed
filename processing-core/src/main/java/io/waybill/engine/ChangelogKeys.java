package io.waybill.engine;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Keys of changelog records: the column's name in UTF-8, a zero byte, the key. */
final class ChangelogKeys {

    private ChangelogKeys() {}

    static byte[] encode(String column, byte[] key) {
        byte[] name = column.getBytes(StandardCharsets.UTF_8);
        byte[] bytes = Arrays.copyOf(name, name.length + 1 + key.length);
        System.arraycopy(key, 0, bytes, name.length + 1, key.length);
        return bytes;
    }

    static String column(byte[] encoded) {
        return new String(encoded, 0, separator(encoded), StandardCharsets.UTF_8);
    }

    static byte[] key(byte[] encoded) {
        return Arrays.copyOfRange(encoded, separator(encoded) + 1, encoded.length);
    }

    private static int separator(byte[] encoded) {
        for (int i = 0; i < encoded.length; i++) {
            if (encoded[i] == 0) {
                return i;
            }
        }
        throw TaskHaltedException.stateDamaged("a changelog key of %d bytes names no column".formatted(encoded.length));
    }
}
