package io.waybill.engine;

import io.waybill.engine.ColumnChanges.Change;
import io.waybill.store.LocalStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Changes of state over what lies below: a scope over its record, a record over the checkpoint, the checkpoint over
 * the local store. A layer is dropped or {@linkplain #mergeDown merged down} whole.
 */
final class StateLayer implements TaskState {

    private static final ColumnChanges[] NONE = {};

    private final @Nullable StateLayer below;
    private final LocalStore store;
    /**
     * Few, in the order in which they were first changed. Replaced by each new column: an operator that takes long may
     * read the lowest layer on another thread.
     */
    private volatile ColumnChanges[] columns = NONE;

    private StateLayer(@Nullable StateLayer below, LocalStore store) {
        this.below = below;
        this.store = store;
    }

    static StateLayer over(LocalStore store) {
        return new StateLayer(null, store);
    }

    StateLayer layer() {
        return new StateLayer(this, store);
    }

    @Override
    public byte @Nullable [] get(String column, byte[] key) {
        Change change = find(column, key);
        return change == null ? store.get(column, key) : change.value();
    }

    /** The newest change of a row; null where no layer changed it. */
    private @Nullable Change find(String column, byte[] key) {
        RowKey row = new RowKey(key);
        for (StateLayer layer = this; layer != null; layer = layer.below) {
            ColumnChanges changes = layer.find(column);
            Change change = changes == null ? null : changes.get(row);
            if (change != null) {
                return change;
            }
        }
        return null;
    }

    @Override
    public byte @Nullable [] getUncommitted(String column, byte[] key) {
        Change change = find(column, key);
        return change == null ? null : change.value();
    }

    @Override
    public byte @Nullable [] getCommitted(String column, byte[] key) {
        return store.get(column, key);
    }

    @Override
    public void put(String column, byte[] key, byte[] value) {
        changesOf(column).put(new RowKey(key), new Change(value));
    }

    @Override
    public void delete(String column, byte[] key) {
        changesOf(column).put(new RowKey(key), Change.DELETED);
    }

    private @Nullable ColumnChanges find(String column) {
        for (ColumnChanges changes : columns) {
            if (changes.column().equals(column)) {
                return changes;
            }
        }
        return null;
    }

    private ColumnChanges changesOf(String column) {
        ColumnChanges changes = find(column);
        if (changes == null) {
            changes = new ColumnChanges(column);
            begin(changes);
        }
        return changes;
    }

    private void begin(ColumnChanges changes) {
        ColumnChanges[] more = Arrays.copyOf(columns, columns.length + 1);
        more[columns.length] = changes;
        columns = more;
    }

    @Override
    public List<LocalStore.Entry> scanCommitted(String column, byte[] from, int limit) {
        return store.scan(column, from, limit);
    }

    /** With what happened since the last checkpoint: at most {@code limit} rows from {@code from} on, before {@code to}. */
    List<LocalStore.Entry> scan(String column, byte[] from, byte @Nullable [] to, int limit) {
        RowCursor cursor = cursor(column, from, to, limit);
        List<LocalStore.Entry> rows = new ArrayList<>();
        while (rows.size() < limit) {
            LocalStore.Entry row = cursor.next();
            if (row == null) {
                break;
            }
            rows.add(row);
        }
        return rows;
    }

    private RowCursor cursor(String column, byte[] from, byte @Nullable [] to, int page) {
        RowCursor lower =
                below == null ? RowCursor.of(store, column, from, to, page) : below.cursor(column, from, to, page);
        ColumnChanges changes = find(column);
        return changes == null ? lower : RowCursor.overlaid(lower, changes.from(new RowKey(from)), to);
    }

    /** Hands the changes to the layer below and forgets them. */
    void mergeDown() {
        StateLayer lower = below;
        if (lower == null) {
            throw new IllegalStateException("the lowest layer is written by a checkpoint, not merged");
        }
        for (ColumnChanges changes : columns) {
            lower.take(changes);
        }
        columns = NONE;
    }

    private void take(ColumnChanges newer) {
        ColumnChanges older = find(newer.column());
        if (older == null) {
            begin(newer);
        } else {
            older.putAll(newer);
        }
    }

    void clear() {
        for (ColumnChanges changes : columns) {
            changes.clear();
        }
    }

    boolean hasChanged(String column) {
        ColumnChanges changes = find(column);
        return changes != null && !changes.isEmpty();
    }

    /** Takes the changes of one column out of this layer. */
    List<LocalStore.Change> take(String column) {
        List<LocalStore.Change> taken = new ArrayList<>();
        ColumnChanges changes = find(column);
        if (changes != null) {
            changes.addTo(taken);
            changes.clear();
        }
        return taken;
    }

    /** Column by column, in the order in which they were first changed. */
    List<LocalStore.Change> changes() {
        List<LocalStore.Change> list = new ArrayList<>();
        for (ColumnChanges changes : columns) {
            changes.addTo(list);
        }
        return list;
    }
}
