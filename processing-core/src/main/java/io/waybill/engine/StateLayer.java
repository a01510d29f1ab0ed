package io.waybill.engine;

import io.waybill.store.LocalStore;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Changes of state over what lies below: a scope over its record, a record over the checkpoint, the checkpoint over
 * the local store. A layer is dropped or {@linkplain #mergeDown merged down} whole.
 */
final class StateLayer implements TaskState {

    private final @Nullable StateLayer below;
    private final LocalStore store;
    private final Map<Cell, Change> changes = new LinkedHashMap<>();

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
        Change change = changes.get(new Cell(column, ByteBuffer.wrap(key)));
        if (change != null) {
            return change.value();
        }
        return below == null ? store.get(column, key) : below.get(column, key);
    }

    @Override
    public void put(String column, byte[] key, byte[] value) {
        changes.put(new Cell(column, ByteBuffer.wrap(key)), new Change(value));
    }

    @Override
    public void delete(String column, byte[] key) {
        changes.put(new Cell(column, ByteBuffer.wrap(key)), Change.DELETED);
    }

    @Override
    public List<LocalStore.Entry> scanCommitted(String column, byte[] from, int limit) {
        return store.scan(column, from, limit);
    }

    /** Hands the changes to the layer below and forgets them. */
    void mergeDown() {
        if (below == null) {
            throw new IllegalStateException("the lowest layer is written by a checkpoint, not merged");
        }
        below.changes.putAll(changes);
        changes.clear();
    }

    void clear() {
        changes.clear();
    }

    boolean isEmpty() {
        return changes.isEmpty();
    }

    List<LocalStore.Change> changes() {
        List<LocalStore.Change> list = new ArrayList<>(changes.size());
        changes.forEach((cell, change) ->
                list.add(new LocalStore.Change(cell.column(), cell.key().array(), change.value())));
        return list;
    }

    private record Cell(String column, ByteBuffer key) {}

    private record Change(byte @Nullable [] value) {
        static final Change DELETED = new Change(null);
    }
}
