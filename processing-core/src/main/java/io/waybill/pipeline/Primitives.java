package io.waybill.pipeline;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Function;

/**
 * Java's own values in big-endian bytes of fixed length. Integers, longs and doubles are written as Kafka's serializers
 * write them. In the order of their bytes negative numbers come after the others.
 */
public final class Primitives {

    private static final int UUID_BYTES = 16;
    private static final int INSTANT_BYTES = Long.BYTES + Integer.BYTES;

    private Primitives() {}

    public static Serde<Integer> ofInt() {
        return new Fixed<>("int", Integer.BYTES, i -> bytes(Integer.BYTES).putInt(i), ByteBuffer::getInt);
    }

    public static Serde<Long> ofLong() {
        return new Fixed<>("long", Long.BYTES, i -> bytes(Long.BYTES).putLong(i), ByteBuffer::getLong);
    }

    public static Serde<Double> ofDouble() {
        return new Fixed<>("double", Double.BYTES, d -> bytes(Double.BYTES).putDouble(d), ByteBuffer::getDouble);
    }

    public static Serde<Boolean> ofBoolean() {
        return new Fixed<>("boolean", 1, b -> bytes(1).put((byte) (b ? 1 : 0)), Primitives::bool);
    }

    public static Serde<UUID> ofUuid() {
        return new Fixed<>(
                "uuid",
                UUID_BYTES,
                id -> bytes(UUID_BYTES).putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits()),
                in -> new UUID(in.getLong(), in.getLong()));
    }

    /** Seconds since the epoch (8 bytes), then nanoseconds (4). */
    public static Serde<Instant> ofInstant() {
        return new Fixed<>(
                "instant",
                INSTANT_BYTES,
                at -> bytes(INSTANT_BYTES).putLong(at.getEpochSecond()).putInt(at.getNano()),
                in -> Instant.ofEpochSecond(in.getLong(), in.getInt()));
    }

    private static ByteBuffer bytes(int length) {
        return ByteBuffer.allocate(length);
    }

    private static boolean bool(ByteBuffer in) {
        byte value = in.get();
        if (value != 0 && value != 1) {
            throw Poison.because("UNDECODABLE", "expected a boolean as 0 or 1, but was %d", value);
        }
        return value == 1;
    }

    private record Fixed<T>(String name, int length, Function<T, ByteBuffer> writer, Function<ByteBuffer, T> reader)
            implements Serde<T> {

        @Override
        public byte[] serialize(T value) {
            return writer.apply(value).array();
        }

        @Override
        public T deserialize(byte[] bytes) {
            if (bytes.length != length) {
                throw Poison.because(
                        "UNDECODABLE",
                        "expected %d bytes for a value of type %s, but were %d",
                        length,
                        name,
                        bytes.length);
            }
            return reader.apply(ByteBuffer.wrap(bytes));
        }

        @Override
        public String format() {
            return name;
        }
    }
}
