package io.waybill.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;

/** A timer and the keys of its rows; {@code log.proto} describes them. */
record RegisteredTimer(String operator, byte[] key, String name, long timeMs) {

    /** In the order of their times. */
    static final String TIMERS = "timer";

    /** Those that have a place in the waiting room, behind others of their key. */
    static final String WAITING = "timer-waiting";

    /** The time of those with a name. */
    static final String NAMES = "timer-name";

    /** The least key of column {@link #TIMERS}. */
    static final byte[] FIRST = {};

    byte[] row() {
        byte[] named = nameRow();
        return ByteBuffer.allocate(Long.BYTES + named.length)
                .putLong(timeMs)
                .put(named)
                .array();
    }

    byte[] nameRow() {
        byte[] operatorBytes = operator.getBytes(UTF_8);
        byte[] nameBytes = name.getBytes(UTF_8);
        return ByteBuffer.allocate(1 + operatorBytes.length + Integer.BYTES + key.length + nameBytes.length)
                .put((byte) operatorBytes.length)
                .put(operatorBytes)
                .putInt(key.length)
                .put(key)
                .put(nameBytes)
                .array();
    }

    static RegisteredTimer of(byte[] row) {
        ByteBuffer buffer = ByteBuffer.wrap(row);
        long time = buffer.getLong();
        String operator = new String(next(buffer, buffer.get()), UTF_8);
        byte[] key = next(buffer, buffer.getInt());
        return new RegisteredTimer(operator, key, new String(next(buffer, buffer.remaining()), UTF_8), time);
    }

    static byte[] time(long timeMs) {
        return ByteBuffer.allocate(Long.BYTES).putLong(timeMs).array();
    }

    static long time(byte[] value) {
        return ByteBuffer.wrap(value).getLong();
    }

    private static byte[] next(ByteBuffer buffer, int length) {
        byte[] bytes = new byte[length];
        buffer.get(bytes);
        return bytes;
    }

    /** @return false where it was cancelled since it was due */
    boolean move(String from, String to, StateLayer layer) {
        byte[] stored = layer.get(from, row());
        if (stored == null) {
            return false;
        }
        layer.delete(from, row());
        layer.put(to, row(), stored);
        return true;
    }
}
