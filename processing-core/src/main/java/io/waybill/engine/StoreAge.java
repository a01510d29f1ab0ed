package io.waybill.engine;

import io.waybill.store.LocalStore;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * When a local store was last written, by the clock of whoever wrote it: a row of the store's own beside the marker, in
 * each of its batches. The changelog drops tombstones after a while, so a store that was away for long would keep what
 * others deleted.
 */
final class StoreAge {

    private static final byte[] KEY = {1};

    private StoreAge() {}

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
