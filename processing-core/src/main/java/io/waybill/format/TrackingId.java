package io.waybill.format;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import org.apache.kafka.common.Uuid;

/**
 * Names a flow. Derived from the topic id, partition, offset and timestamp of the flow's first record, so that an
 * aborted attempt that is repeated finds the same name again.
 *
 * <p>Shape: 128 bits laid out as a version 8 UUID (RFC 9562): 48 bits of the record's timestamp in milliseconds,
 * which makes ids time-ordered, then 74 bits of a SHA-256 over all four fields. Text form: the UUID's 36 characters.
 */
public record TrackingId(UUID value) implements Comparable<TrackingId> {

    private static final long TIMESTAMP_LIMIT = (1L << 48) - 1;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    /** The id of the flow that begins with this record. A timestamp out of the 48-bit range counts as its nearest end. */
    public static TrackingId of(Uuid topicId, int partition, long offset, long timestampMs) {
        byte[] source = new byte[36];
        LONGS.set(source, 0, topicId.getMostSignificantBits());
        LONGS.set(source, 8, topicId.getLeastSignificantBits());
        INTS.set(source, 16, partition);
        LONGS.set(source, 20, offset);
        LONGS.set(source, 28, timestampMs);
        return of(timestampMs, source);
    }

    /** The id of a flow that begins with something else than a record: {@code seed} names it, and nothing else. */
    public static TrackingId of(long timestampMs, byte[] seed) {
        byte[] hash = Sha256.of(seed);
        long time = Math.clamp(timestampMs, 0, TIMESTAMP_LIMIT);
        long high = (time << 16) | 0x8000L | ((long) LONGS.get(hash, 0) & 0x0FFFL);
        long low = ((long) LONGS.get(hash, 8) & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new TrackingId(new UUID(high, low));
    }

    /** @throws IllegalArgumentException where the text is no UUID in its 36-character form */
    public static TrackingId parse(String text) {
        UUID value = UUID.fromString(text);
        if (!value.toString().equalsIgnoreCase(text)) {
            throw new IllegalArgumentException("expected a tracking id (a UUID of 36 characters), but was: " + text);
        }
        return new TrackingId(value);
    }

    /** @throws IllegalArgumentException unless there are exactly 16 bytes */
    public static TrackingId of(ByteString bytes) {
        if (bytes.size() != 16) {
            throw new IllegalArgumentException("expected 16 bytes of a tracking id, but were " + bytes.size());
        }
        ByteBuffer buffer = bytes.asReadOnlyByteBuffer();
        return new TrackingId(new UUID(buffer.getLong(), buffer.getLong()));
    }

    /** The 16 bytes, most significant first. */
    public byte[] toBytes() {
        byte[] bytes = new byte[16];
        LONGS.set(bytes, 0, value.getMostSignificantBits());
        LONGS.set(bytes, 8, value.getLeastSignificantBits());
        return bytes;
    }

    public ByteString toByteString() {
        return UnsafeByteOperations.unsafeWrap(toBytes());
    }

    /** Where the entries of this flow go on a topic that is partitioned by tracking id. */
    public int partition(int partitions) {
        return (int) Long.remainderUnsigned(value.getLeastSignificantBits(), partitions);
    }

    @Override
    public int compareTo(TrackingId other) {
        int high = Long.compareUnsigned(value.getMostSignificantBits(), other.value.getMostSignificantBits());
        return high != 0
                ? high
                : Long.compareUnsigned(value.getLeastSignificantBits(), other.value.getLeastSignificantBits());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
