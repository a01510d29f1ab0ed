package io.waybill.dedup;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Ids and their rows, one after another in an array of bytes: length of the id (2), the id, its {@link IdRow}. */
final class IdEntries {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;
    private static final int LENGTH_BYTES = 2;

    private IdEntries() {}

    static int size(int idLength) {
        return LENGTH_BYTES + idLength + IdRow.BYTES;
    }

    static int sizeAt(byte[] entries, int at) {
        return size(idLengthAt(entries, at));
    }

    static void put(byte[] entries, int at, byte[] id, byte[] row) {
        entries[at] = (byte) (id.length >>> Byte.SIZE);
        entries[at + 1] = (byte) id.length;
        System.arraycopy(id, 0, entries, at + LENGTH_BYTES, id.length);
        putRow(entries, at, row);
    }

    static void putRow(byte[] entries, int at, byte[] row) {
        System.arraycopy(row, 0, entries, rowAt(entries, at), IdRow.BYTES);
    }

    static byte[] row(byte[] entries, int at) {
        int row = rowAt(entries, at);
        return Arrays.copyOfRange(entries, row, row + IdRow.BYTES);
    }

    static long expires(byte[] entries, int at) {
        return IdRow.expires(entries, rowAt(entries, at));
    }

    static boolean isOf(byte[] id, byte[] entries, int at) {
        int begin = at + LENGTH_BYTES;
        return idLengthAt(entries, at) == id.length
                && Arrays.equals(entries, begin, begin + id.length, id, 0, id.length);
    }

    /** The row of the first entry of this id, from there on, that is not over. */
    static byte @Nullable [] find(byte[] entries, int from, byte[] id, long logTimeMs) {
        for (int at = from; at < entries.length; at += sizeAt(entries, at)) {
            if (isOf(id, entries, at) && expires(entries, at) >= logTimeMs) {
                return row(entries, at);
            }
        }
        return null;
    }

    static long hash(byte[] id) {
        return hash(id, 0, id.length);
    }

    static long hash(byte[] entries, int at) {
        return hash(entries, at + LENGTH_BYTES, idLengthAt(entries, at));
    }

    /** Eight bytes at a time, then the finalizer of SplitMix64 (Steele, Lea, Flood 2014). */
    private static long hash(byte[] bytes, int from, int length) {
        long hash = length;
        int i = from;
        int end = from + length;
        for (; i + Long.BYTES <= end; i += Long.BYTES) {
            hash = mix(hash ^ (long) LONGS.get(bytes, i));
        }
        if (i + Integer.BYTES <= end) {
            hash = mix(hash ^ (int) INTS.get(bytes, i));
            i += Integer.BYTES;
        }
        for (; i < end; i++) {
            hash = mix(hash ^ bytes[i]);
        }
        hash = (hash ^ (hash >>> 30)) * 0xBF58476D1CE4E5B9L;
        hash = (hash ^ (hash >>> 27)) * 0x94D049BB133111EBL;
        return hash ^ (hash >>> 31);
    }

    private static long mix(long value) {
        long mixed = value * GOLDEN_RATIO;
        return mixed ^ (mixed >>> Integer.SIZE);
    }

    private static int rowAt(byte[] entries, int at) {
        return at + LENGTH_BYTES + idLengthAt(entries, at);
    }

    private static int idLengthAt(byte[] entries, int at) {
        return (entries[at] & 0xFF) << Byte.SIZE | (entries[at + 1] & 0xFF);
    }
}
