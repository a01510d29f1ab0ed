package io.waybill.engine;

import io.waybill.store.LocalStore;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * When a local store last stood at the end of its changelog, or its first reading of it began, by the clock of whoever
 * wrote it: a row of the store's own beside the marker. The changelog drops tombstones after a while, so a store that was
 * away for long would keep what others deleted. Kafka keeps a tombstone for that while from the first cleaning that met
 * it: who read the value before has that long to read on.
 */
final class StoreAge {

    private static final byte[] KEY = {1};

    private StoreAge() {}

    static boolean isKnown(LocalStore store) {
        return store.get(Rows.MARKER, KEY) != null;
    }

    /** @return the batch that tells its time */
    static List<LocalStore.Change> stamped(List<LocalStore.Change> changes, Instant now) {
        List<LocalStore.Change> stamped = new ArrayList<>(changes.size() + 1);
        stamped.addAll(changes);
        stamped.add(new LocalStore.Change(
                Rows.MARKER,
                KEY,
                ByteBuffer.allocate(Long.BYTES).putLong(now.toEpochMilli()).array()));
        return stamped;
    }

    /**
     * Whether a tombstone that the store has not seen may be gone.
     *
     * @param tombstones how long the changelog keeps them; half of it is trusted, since clocks differ and cleaners have
     *     their own pace
     */
    static boolean isTooOld(LocalStore store, Duration tombstones, Instant now) {
        byte[] written = store.get(Rows.MARKER, KEY);
        return written != null
                && Instant.ofEpochMilli(ByteBuffer.wrap(written).getLong())
                        .plus(tombstones.dividedBy(2))
                        .isBefore(now);
    }
}
