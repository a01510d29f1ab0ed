package io.waybill.benchmarks.w;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * The messages of workload W, each a function of its number: 200 bytes of JSON, a key of 8 bytes out of 10,000, an id of
 * 16 bytes. Every twentieth record resends an earlier message, drawn from all of them.
 */
final class Messages {

    static final int KEYS = 10_000;
    static final int VALUE_BYTES = 200;

    private static final int RESEND_EVERY = 20;
    private static final int NUMBER_AT = "{\"number\":\"".length();
    private static final int NUMBER_DIGITS = 10;
    private static final int KEY_AT = NUMBER_AT + NUMBER_DIGITS + "\",\"key\":\"".length();
    private static final int KEY_BYTES = 8;
    private static final char[] LETTERS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".toCharArray();

    private Messages() {}

    /** The number of the message that this record carries: its own, or that of the message it resends. */
    static long messageAt(long record) {
        if (record % RESEND_EVERY != RESEND_EVERY - 1) {
            return record;
        }
        long earlier = Long.remainderUnsigned(mix(record), record);
        return earlier % RESEND_EVERY == RESEND_EVERY - 1 ? earlier - 1 : earlier;
    }

    /** How many different messages the first {@code records} records carry. */
    static long distinct(long records) {
        return records - records / RESEND_EVERY;
    }

    static int keyNumber(long message) {
        return (int) Long.remainderUnsigned(mix(message + 1), KEYS);
    }

    static byte[] key(long message) {
        return String.format(Locale.ROOT, "K%07d", keyNumber(message)).getBytes(US_ASCII);
    }

    /** In random order and never twice: the mixing is a bijection. */
    static byte[] id(long message) {
        return String.format(Locale.ROOT, "%016x", mix(message)).getBytes(US_ASCII);
    }

    static byte[] value(long message) {
        ByteBuffer value = ByteBuffer.allocate(VALUE_BYTES);
        value.put("{\"number\":\"".getBytes(US_ASCII));
        value.put(String.format(Locale.ROOT, "%010d", message).getBytes(US_ASCII));
        value.put("\",\"key\":\"".getBytes(US_ASCII));
        value.put(key(message));
        value.put("\",\"currency\":\"EUR\",\"text\":\"".getBytes(US_ASCII));
        byte[] end = "\"}".getBytes(US_ASCII);
        long random = message;
        while (value.remaining() > end.length) {
            random = mix(random);
            for (int i = 0; i < 10 && value.remaining() > end.length; i++) {
                value.put((byte) LETTERS[(int) (random >>> (6 * i)) & 63]);
            }
        }
        return value.put(end).array();
    }

    /** The number of the message that this value begins with. */
    static long numberIn(byte[] value) {
        long number = 0;
        for (int i = 0; i < NUMBER_DIGITS; i++) {
            number = 10 * number + value[NUMBER_AT + i] - '0';
        }
        return number;
    }

    static byte[] keyIn(byte[] value) {
        byte[] key = new byte[KEY_BYTES];
        System.arraycopy(value, KEY_AT, key, 0, KEY_BYTES);
        return key;
    }

    /** The output for a message: its value, then the count of its key with this message, 8 bytes. */
    static byte[] counted(byte[] value, long count) {
        return ByteBuffer.allocate(value.length + Long.BYTES)
                .put(value)
                .putLong(count)
                .array();
    }

    /** SplitMix64's finalizer. */
    private static long mix(long number) {
        long z = (number + 1) * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
