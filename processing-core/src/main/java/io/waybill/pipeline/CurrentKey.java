package io.waybill.pipeline;

import org.jspecify.annotations.Nullable;

/** The key an operator's states belong to while it is called. One for each instance; one thread. */
final class CurrentKey {

    private static final int SEVEN_BITS = 0x7f;
    private static final int MORE = 0x80;

    private byte @Nullable [] bytes;
    private byte @Nullable [] prefix;

    void set(byte[] key) {
        bytes = key;
        prefix = null;
    }

    void clear() {
        bytes = null;
        prefix = null;
    }

    byte[] bytes(String state) {
        byte[] current = bytes;
        if (current == null) {
            throw new IllegalStateException(
                    "state '" + state + "': expected to be used by process or onTimer, but none of them is running");
        }
        return current;
    }

    byte[] prefix(String state) {
        byte[] current = prefix;
        if (current == null) {
            current = lengthPrefixed(bytes(state));
            prefix = current;
        }
        return current;
    }

    /** The length as a variable-length number, then the key: no prefix of one key is a prefix of another. */
    static byte[] lengthPrefixed(byte[] key) {
        int digits = 1;
        for (int rest = key.length >>> 7; rest != 0; rest >>>= 7) {
            digits++;
        }
        byte[] all = new byte[digits + key.length];
        int length = key.length;
        for (int i = 0; i < digits; i++) {
            all[i] = (byte) (i == digits - 1 ? length : (length & SEVEN_BITS) | MORE);
            length >>>= 7;
        }
        System.arraycopy(key, 0, all, digits, key.length);
        return all;
    }
}
