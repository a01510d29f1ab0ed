package io.waybill.engine;

import io.waybill.store.LocalStore;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Changed rows of one column. In order only once they were scanned: most columns never are. */
final class ColumnChanges {

    private final String column;

    /** The only row that was changed, while there is one: a record seldom changes more of a column. */
    private @Nullable RowKey onlyKey;

    private @Nullable Change onlyChange;

    /** All of them, from the second on. */
    private @Nullable RowTable<Change> byKey;

    private @Nullable NavigableMap<RowKey, Change> sorted;

    ColumnChanges(String column) {
        this.column = column;
    }

    String column() {
        return column;
    }

    /** Null where the row was not changed. */
    @Nullable
    Change get(RowKey key) {
        if (byKey != null) {
            return byKey.get(key);
        }
        return key.equals(onlyKey) ? onlyChange : null;
    }

    void put(RowKey key, Change change) {
        if (byKey != null) {
            byKey.put(key, change);
        } else if (onlyKey == null || onlyKey.equals(key)) {
            onlyKey = key;
            onlyChange = change;
        } else {
            RowTable<Change> several = new RowTable<>();
            forEach(several::put);
            several.put(key, change);
            byKey = several;
        }
        if (sorted != null) {
            sorted.put(key, change);
        }
    }

    void putAll(ColumnChanges newer) {
        if (newer.onlyKey != null && newer.onlyChange != null && newer.byKey == null) {
            put(newer.onlyKey, newer.onlyChange);
        } else {
            newer.forEach(this::put);
        }
    }

    private void forEach(BiConsumer<RowKey, Change> each) {
        if (byKey != null) {
            byKey.forEach(each);
        } else if (onlyKey != null && onlyChange != null) {
            each.accept(onlyKey, onlyChange);
        }
    }

    void clear() {
        onlyKey = null;
        onlyChange = null;
        if (byKey != null) {
            byKey.clear();
        }
        if (sorted != null) {
            sorted.clear();
        }
    }

    boolean isEmpty() {
        return byKey == null ? onlyKey == null : byKey.isEmpty();
    }

    Iterator<Map.Entry<RowKey, Change>> from(RowKey from) {
        NavigableMap<RowKey, Change> ordered = sorted;
        if (ordered == null) {
            ordered = new TreeMap<>();
            forEach(ordered::put);
            sorted = ordered;
        }
        return ordered.tailMap(from, true).entrySet().iterator();
    }

    /** In the order in which they were first changed. */
    void addTo(List<LocalStore.Change> list) {
        forEach((key, change) -> list.add(new LocalStore.Change(column, key.bytes(), change.value())));
    }

    /** @param value null where the row was deleted */
    record Change(byte @Nullable [] value) {
        static final Change DELETED = new Change(null);
    }
}
