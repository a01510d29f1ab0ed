package io.waybill.engine;

import java.util.Arrays;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What is known of rows, in the order in which they came. A hash table of numbers before two plain arrays (open
 * addressing, linear probing): each record looks up several rows among thousands, and what costs then is the way from
 * object to object. One thread writes; another one that reads meanwhile may read anything or fail, but does not hang.
 */
final class RowTable<V> {

    private static final int FIRST = 16;

    /** Upper half: the key's hash. Lower half: its place, plus one. 0: empty. */
    private long[] slots = new long[2 * FIRST];

    private @Nullable RowKey[] keys = new RowKey[FIRST];
    private @Nullable Object[] values = new Object[FIRST];
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    @Nullable
    V get(RowKey key) {
        int place = placeAt(slotOf(key));
        return place < 0 ? null : valueAt(place);
    }

    @SuppressWarnings("unchecked")
    private @Nullable V valueAt(int place) {
        return (V) values[place];
    }

    /** @return what stood there before */
    @Nullable
    V put(RowKey key, V value) {
        int slot = slotOf(key);
        int place = placeAt(slot);
        if (place >= 0) {
            V before = valueAt(place);
            values[place] = value;
            return before;
        }
        if (size == keys.length) {
            grow();
            slot = slotOf(key);
        }
        keys[size] = key;
        values[size] = value;
        slots[slot] = ((long) mixed(key) << Integer.SIZE) | ++size;
        return null;
    }

    private int placeAt(int slot) {
        return (int) slots[slot] - 1;
    }

    /** The slot of this key, or the empty one where it belongs. */
    private int slotOf(RowKey key) {
        int hash = mixed(key);
        int slot = hash & (slots.length - 1);
        while (slots[slot] != 0) {
            if ((int) (slots[slot] >>> Integer.SIZE) == hash && key.equals(keys[placeAt(slot)])) {
                return slot;
            }
            slot = (slot + 1) & (slots.length - 1);
        }
        return slot;
    }

    /** Keys that count up have hashes that do. */
    private static int mixed(RowKey key) {
        int hash = key.hashCode() * 0x9E3779B9;
        return hash ^ (hash >>> 16);
    }

    private void grow() {
        keys = Arrays.copyOf(keys, 2 * size);
        values = Arrays.copyOf(values, 2 * size);
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

    void forEach(BiConsumer<? super RowKey, ? super V> each) {
        for (int place = 0; place < size; place++) {
            RowKey key = keys[place];
            V value = valueAt(place);
            if (key != null && value != null) {
                each.accept(key, value);
            }
        }
    }

    void clear() {
        Arrays.fill(slots, 0);
        Arrays.fill(keys, 0, size, null);
        Arrays.fill(values, 0, size, null);
        size = 0;
    }
}
