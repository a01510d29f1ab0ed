package io.waybill.engine;

import io.waybill.store.LocalStore;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Changed rows of one column. In order only once they were scanned: most columns never are. */
final class ColumnChanges {

    private final Map<RowKey, Change> byKey = new LinkedHashMap<>();
    private @Nullable NavigableMap<RowKey, Change> sorted;

    /** Null where the row was not changed. */
    @Nullable
    Change get(RowKey key) {
        return byKey.get(key);
    }

    void put(RowKey key, Change change) {
        byKey.put(key, change);
        if (sorted != null) {
            sorted.put(key, change);
        }
    }

    void putAll(ColumnChanges newer) {
        byKey.putAll(newer.byKey);
        if (sorted != null) {
            sorted.putAll(newer.byKey);
        }
    }

    void clear() {
        byKey.clear();
        if (sorted != null) {
            sorted.clear();
        }
    }

    boolean isEmpty() {
        return byKey.isEmpty();
    }

    Iterator<Map.Entry<RowKey, Change>> from(RowKey from) {
        NavigableMap<RowKey, Change> ordered = sorted;
        if (ordered == null) {
            ordered = new TreeMap<>(byKey);
            sorted = ordered;
        }
        return ordered.tailMap(from, true).entrySet().iterator();
    }

    void addTo(List<LocalStore.Change> list, String column) {
        byKey.forEach((key, change) -> list.add(new LocalStore.Change(column, key.bytes(), change.value())));
    }

    /** @param value null where the row was deleted */
    record Change(byte @Nullable [] value) {
        static final Change DELETED = new Change(null);
    }
}
