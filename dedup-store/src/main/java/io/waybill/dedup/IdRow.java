package io.waybill.dedup;

import com.google.protobuf.ByteString;
import io.waybill.engine.DuplicateFilter.Sighting;
import io.waybill.format.ColumnarMessage.Column;
import io.waybill.format.LogFormats;
import io.waybill.format.TrackingId;
import io.waybill.format.v1.MessageIdRow;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.UUID;

/**
 * What is known of an id, in 49 bytes, since millions are held: state (1), first tracking id (16), its offset (8), payload
 * hash (16), end of the window in log time (8; 0 while pinned). This is the form of memory and local store; in the
 * changelog a pinned id is a {@link MessageIdRow}, whose first byte is the format version and tells it apart.
 */
final class IdRow {

    static final int BYTES = 49;

    private static final byte OWN = 0;
    /** A row of this id stands in the changelog and must be deleted there when it is released. */
    private static final byte IN_CHANGELOG = 2;

    private static final int FIRST = 1;
    private static final int OFFSET = 17;
    private static final int HASH = 25;
    private static final int HASH_BYTES = 16;
    private static final int EXPIRES = 41;

    /** Big-endian, as it always was. */
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private IdRow() {}

    private static long longAt(byte[] row, int at) {
        return (long) LONGS.get(row, at);
    }

    static byte[] accepted(Sighting sighting, boolean inChangelog) {
        return of(
                inChangelog ? IN_CHANGELOG : OWN,
                sighting.trackingId().value(),
                sighting.offset(),
                sighting.payloadHash(),
                0,
                0);
    }

    private static byte[] of(byte state, UUID first, long offset, byte[] hashes, int hashAt, long expires) {
        byte[] row = new byte[BYTES];
        row[0] = state;
        LONGS.set(row, FIRST, first.getMostSignificantBits());
        LONGS.set(row, FIRST + Long.BYTES, first.getLeastSignificantBits());
        LONGS.set(row, OFFSET, offset);
        System.arraycopy(hashes, hashAt, row, HASH, HASH_BYTES);
        LONGS.set(row, EXPIRES, expires);
        return row;
    }

    /** The n-th entry of a block. */
    static byte[] inBlock(byte[] firsts, long offset, byte[] hashes, int n, long expires) {
        byte[] row = new byte[BYTES];
        System.arraycopy(firsts, 16 * n, row, FIRST, 16);
        System.arraycopy(hashes, HASH_BYTES * n, row, HASH, HASH_BYTES);
        LONGS.set(row, OFFSET, offset);
        LONGS.set(row, EXPIRES, expires);
        return row;
    }

    /** The row of a pinned id as it stands in the changelog. */
    static byte[] ofChangelog(byte[] stored) {
        MessageIdRow row = LogFormats.decode(MessageIdRow.parser(), stored, "message id row");
        return of(
                IN_CHANGELOG,
                TrackingId.of(row.getFirstTrackingId()).value(),
                row.getFirstOffset(),
                row.getPayloadHash().toByteArray(),
                0,
                row.getExpiresLogTimeMs());
    }

    static byte[] forChangelog(byte[] row) {
        return LogFormats.encode(MessageIdRow.newBuilder()
                .setFirstTrackingId(ByteString.copyFrom(row, FIRST, 16))
                .setFirstOffset(firstOffset(row))
                .setPayloadHash(ByteString.copyFrom(row, HASH, HASH_BYTES))
                .build());
    }

    static byte[] released(byte[] row, long expires) {
        byte[] released = row.clone();
        LONGS.set(released, EXPIRES, expires);
        return released;
    }

    /** Its row in the changelog, if there was one, is deleted. */
    static void outsideChangelog(byte[] row) {
        row[0] = OWN;
    }

    static boolean isInChangelog(byte[] row) {
        return row[0] == IN_CHANGELOG;
    }

    static boolean isPinned(byte[] row) {
        return expires(row) == 0;
    }

    static boolean isOver(byte[] row, long logTimeMs) {
        return !isPinned(row) && expires(row) < logTimeMs;
    }

    static TrackingId first(byte[] row) {
        return new TrackingId(new UUID(longAt(row, FIRST), longAt(row, FIRST + Long.BYTES)));
    }

    static void addFirst(byte[] row, Column to) {
        to.add(row, FIRST, 16);
    }

    static long firstOffset(byte[] row) {
        return longAt(row, OFFSET);
    }

    static void addPayloadHash(byte[] row, Column to) {
        to.add(row, HASH, HASH_BYTES);
    }

    static boolean hasPayload(byte[] row, Sighting sighting) {
        return Arrays.equals(row, HASH, HASH + HASH_BYTES, sighting.payloadHash(), 0, HASH_BYTES);
    }

    static long expires(byte[] row) {
        return expires(row, 0);
    }

    /** Of the row that begins there. */
    static long expires(byte[] bytes, int at) {
        return longAt(bytes, at + EXPIRES);
    }
}
