package io.waybill.dedup;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Ids and their rows in two primitive arrays, so that the garbage collector has nothing to follow: one holds them one
 * after another, the other is a hash table of where they begin (open addressing, linear probing). Answers exactly: it
 * compares the whole id. Bounded by {@link #isFull}. One thread.
 */
final class RecentIds {

    static final int MOST_BYTES = 4 * 1024 * 1024;

    private static final int FIRST_SLOTS = 512;
    private static final int FIRST_BYTES = 16 * 1024;

    /** Upper half: the lower one of the id's hash. Lower half: where its entry begins, plus one. 0: empty. */
    private long[] slots = new long[FIRST_SLOTS];

    private byte[] entries = new byte[FIRST_BYTES];
    private final int mostIds;
    private int used;
    private int ids;

    RecentIds(int mostIds) {
        this.mostIds = mostIds;
    }

    /** Takes an entry and the hash of its id. */
    interface Visitor {

        void entry(byte[] entries, int at, long hash);
    }

    boolean isFull() {
        return ids >= mostIds || used >= MOST_BYTES;
    }

    int size() {
        return ids;
    }

    /** Of all entries. */
    int bytes() {
        return used;
    }

    byte @Nullable [] find(byte[] id, long hash) {
        long slot = slots[slotOf(id, (int) hash)];
        return slot == 0 ? null : IdEntries.row(entries, entry(slot));
    }

    /** Replaces the row of an id that is already here. */
    void put(byte[] id, byte[] row) {
        int hash = (int) IdEntries.hash(id);
        int slot = slotOf(id, hash);
        if (slots[slot] != 0) {
            IdEntries.putRow(entries, entry(slots[slot]), row);
            return;
        }
        slots[slot] = (long) hash << Integer.SIZE | (append(id, row) + 1);
        if (++ids > slots.length / 2) {
            grow();
        }
    }

    private int append(byte[] id, byte[] row) {
        int at = used;
        used += IdEntries.size(id.length);
        if (used > entries.length) {
            entries = Arrays.copyOf(entries, Math.max(2 * entries.length, used));
        }
        IdEntries.put(entries, at, id, row);
        return at;
    }

    private void grow() {
        long[] old = slots;
        slots = new long[2 * old.length];
        for (long each : old) {
            if (each != 0) {
                int slot = (int) (each >>> Integer.SIZE) & (slots.length - 1);
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
            if ((int) (slots[slot] >>> Integer.SIZE) == hash && IdEntries.isOf(id, entries, entry(slots[slot]))) {
                return slot;
            }
            slot = (slot + 1) & (slots.length - 1);
        }
        return slot;
    }

    private static int entry(long slot) {
        return (int) slot - 1;
    }

    /** All of them, in the {@linkplain IdOrder order} of a run. */
    void inOrder(Visitor visitor) {
        long[] order = new long[ids];
        int n = 0;
        for (int at = 0; at < used; at += IdEntries.sizeAt(entries, at)) {
            // Numbers are signed, the order is not.
            order[n++] = (IdOrder.of(IdEntries.hash(entries, at)) << Integer.SIZE | at) ^ Long.MIN_VALUE;
        }
        Arrays.sort(order);
        for (long each : order) {
            int at = (int) each;
            visitor.entry(entries, at, IdEntries.hash(entries, at));
        }
    }

    void clear() {
        Arrays.fill(slots, 0);
        used = 0;
        ids = 0;
    }
}
