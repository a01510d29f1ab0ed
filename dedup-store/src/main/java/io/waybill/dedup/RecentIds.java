package io.waybill.dedup;

import io.waybill.engine.DuplicateFilter;
import io.waybill.store.LocalStore;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ids and their rows in two primitive arrays, so that the garbage collector has nothing to follow: one holds them one
 * after another, the other is a hash table of where they begin (open addressing, linear probing). Answers exactly: it
 * compares the whole id. Bounded by {@link #isFull}. One thread.
 */
final class RecentIds {

    static final int MOST_BYTES = 4 * 1024 * 1024;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int FIRST_SLOTS = 512;
    private static final int FIRST_BYTES = 16 * 1024;
    private static final int LENGTH_BYTES = 2;

    /** Upper half: the id's hash. Lower half: where its entry begins, plus one. 0: empty. */
    private long[] slots = new long[FIRST_SLOTS];

    /** Entries: length of the id (2), the id, its row. */
    private byte[] entries = new byte[FIRST_BYTES];

    private final int mostIds;
    private int used;
    private int ids;

    RecentIds(int mostIds) {
        this.mostIds = mostIds;
    }

    boolean isFull() {
        return ids >= mostIds || used >= MOST_BYTES;
    }

    int size() {
        return ids;
    }

    byte @Nullable [] find(byte[] id) {
        int slot = slotOf(id, hash(id));
        if (slots[slot] == 0) {
            return null;
        }
        int row = (int) slots[slot] - 1 + LENGTH_BYTES + id.length;
        return Arrays.copyOfRange(entries, row, row + IdRow.BYTES);
    }

    /** Replaces the row of an id that is already here. */
    void put(byte[] id, byte[] row) {
        int hash = hash(id);
        int slot = slotOf(id, hash);
        if (slots[slot] != 0) {
            int at = (int) slots[slot] - 1 + LENGTH_BYTES + id.length;
            System.arraycopy(row, 0, entries, at, IdRow.BYTES);
            return;
        }
        slots[slot] = entry(hash, append(id, row));
        if (++ids > slots.length / 2) {
            grow();
        }
    }

    private int append(byte[] id, byte[] row) {
        int size = LENGTH_BYTES + id.length + IdRow.BYTES;
        if (used + size > entries.length) {
            entries = Arrays.copyOf(entries, Math.max(2 * entries.length, used + size));
        }
        int at = used;
        entries[at] = (byte) (id.length >>> 8);
        entries[at + 1] = (byte) id.length;
        System.arraycopy(id, 0, entries, at + LENGTH_BYTES, id.length);
        System.arraycopy(row, 0, entries, at + LENGTH_BYTES + id.length, IdRow.BYTES);
        used += size;
        return at;
    }

    private void grow() {
        long[] old = slots;
        slots = new long[2 * old.length];
        for (long each : old) {
            if (each != 0) {
                int slot = (int) (each >>> 32) & (slots.length - 1);
                while (slots[slot] != 0) {
                    slot = (slot + 1) & (slots.length - 1);
                }
                slots[slot] = each;
            }
        }
    }

    /** The slot of this id, or the empty one where it belongs. */
    private int slotOf(byte[] id, int hash) {
        int slot = hash & (slots.length - 1);
        while (slots[slot] != 0) {
            if ((int) (slots[slot] >>> 32) == hash && isAt((int) slots[slot] - 1, id)) {
                return slot;
            }
            slot = (slot + 1) & (slots.length - 1);
        }
        return slot;
    }

    private boolean isAt(int entry, byte[] id) {
        int begin = entry + LENGTH_BYTES;
        return lengthAt(entry) == id.length && Arrays.equals(entries, begin, begin + id.length, id, 0, id.length);
    }

    private int lengthAt(int entry) {
        return (entries[entry] & 0xFF) << 8 | (entries[entry + 1] & 0xFF);
    }

    private static long entry(int hash, int at) {
        return (long) hash << 32 | (at + 1);
    }

    /** Eight bytes at a time; senders who aim for collisions cost themselves a bounded search. */
    private static int hash(byte[] id) {
        long hash = id.length;
        int i = 0;
        for (; i + Long.BYTES <= id.length; i += Long.BYTES) {
            hash = mix(hash ^ (long) LONGS.get(id, i));
        }
        for (; i < id.length; i++) {
            hash = mix(hash ^ id[i]);
        }
        return (int) hash;
    }

    private static long mix(long value) {
        long mixed = value * 0x9E3779B97F4A7C15L;
        return mixed ^ (mixed >>> 32);
    }

    /**
     * All of them, by the first bytes of the ids: neighbours in the local store are written one after the other, as far
     * as that is worth sorting.
     */
    List<LocalStore.Change> sorted() {
        long[] order = new long[ids];
        int n = 0;
        for (int at = 0; at < used; at += LENGTH_BYTES + lengthAt(at) + IdRow.BYTES) {
            order[n++] = ((long) prefixAt(at) << Integer.SIZE) | at;
        }
        Arrays.sort(order);
        List<LocalStore.Change> all = new ArrayList<>(ids);
        for (long each : order) {
            int at = (int) each;
            int row = at + LENGTH_BYTES + lengthAt(at);
            all.add(new LocalStore.Change(
                    DuplicateFilter.IDS,
                    Arrays.copyOfRange(entries, at + LENGTH_BYTES, row),
                    Arrays.copyOfRange(entries, row, row + IdRow.BYTES)));
        }
        return all;
    }

    /** The first four bytes, so that their order as a number is that of the bytes. */
    private int prefixAt(int at) {
        int prefix = 0;
        for (int i = 0; i < Integer.BYTES; i++) {
            prefix = (prefix << Byte.SIZE) | (i < lengthAt(at) ? entries[at + LENGTH_BYTES + i] & 0xFF : 0);
        }
        // Numbers are signed, bytes are not.
        return prefix ^ Integer.MIN_VALUE;
    }

    void clear() {
        Arrays.fill(slots, 0);
        used = 0;
        ids = 0;
    }
}
