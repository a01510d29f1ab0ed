package io.waybill.dedup;

import io.waybill.engine.DuplicateFilter;
import io.waybill.store.LocalStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Removes ids whose windows are over from the local store, a few with each checkpoint: a pass over all of them begins
 * when a part of them is known to be over, and keeps pace with the ids that come. Nothing depends on it but space.
 */
final class ExpirySweep {

    private static final int LEAST = 256;
    private static final int PER_NEW_ID = 4;

    private final LocalStore store;
    private boolean running;
    private byte[] from = {};

    ExpirySweep(LocalStore store) {
        this.store = store;
    }

    void begin() {
        running = true;
    }

    List<LocalStore.Change> next(long logTimeMs, int newIds) {
        List<LocalStore.Change> removals = new ArrayList<>();
        if (!running) {
            return removals;
        }
        int most = LEAST + PER_NEW_ID * newIds;
        List<LocalStore.Entry> entries = store.scan(DuplicateFilter.IDS, from, most);
        for (LocalStore.Entry entry : entries) {
            if (IdRow.isOver(IdRow.ofStored(entry.value()), logTimeMs)) {
                removals.add(new LocalStore.Change(DuplicateFilter.IDS, entry.key(), null));
            }
        }
        running = entries.size() == most;
        // The next key in byte order begins with this one and a zero.
        from = running
                ? Arrays.copyOf(entries.getLast().key(), entries.getLast().key().length + 1)
                : new byte[0];
        return removals;
    }
}
