package io.waybill.testkit.store;

import io.waybill.store.LocalStore.Change;
import io.waybill.store.StorePosition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/** Opaque outside: the content of one store, and the batches applied to it that a crash may undo. */
public final class Table {

    private static final int MOST_UNSYNCED = 50;

    private Map<String, NavigableMap<byte[], byte[]>> columns = new HashMap<>();
    private Map<String, StorePosition> positions = new HashMap<>();
    private final List<Batch> unsynced = new ArrayList<>();
    private State synced = new State(Map.of(), Map.of());
    private Disk disk = new Disk();
    private boolean open;

    private record Batch(List<Change> changes, Map<String, StorePosition> positions) {}

    private record State(Map<String, NavigableMap<byte[], byte[]>> columns, Map<String, StorePosition> positions) {}

    boolean isOpen() {
        return open;
    }

    void open(boolean opened) {
        open = opened;
    }

    Disk disk() {
        return disk;
    }

    NavigableMap<byte[], byte[]> column(String name) {
        return columns.computeIfAbsent(name, n -> new TreeMap<>(Arrays::compareUnsigned));
    }

    Map<String, StorePosition> positions() {
        return Map.copyOf(positions);
    }

    void apply(List<Change> changes, Map<String, StorePosition> next) {
        Batch batch = new Batch(List.copyOf(changes), Map.copyOf(next));
        write(batch);
        unsynced.add(batch);
        if (unsynced.size() > MOST_UNSYNCED) {
            sync();
        }
    }

    private void write(Batch batch) {
        for (Change change : batch.changes()) {
            byte[] value = change.value();
            if (value == null) {
                column(change.column()).remove(change.key());
            } else {
                column(change.column()).put(change.key(), value);
            }
        }
        positions.putAll(batch.positions());
    }

    void sync() {
        unsynced.clear();
        synced = copy(new State(columns, positions));
    }

    /** All rows of a column, in their order. */
    NavigableMap<byte[], byte[]> rows(String name) {
        return columns.getOrDefault(name, new TreeMap<>(Arrays::compareUnsigned));
    }

    Set<String> columns() {
        return Set.copyOf(columns.keySet());
    }

    /** The same content on another disk. */
    Table copied() {
        Table other = new Table();
        State state = copy(new State(columns, positions));
        other.columns = state.columns();
        other.positions = state.positions();
        other.disk = disk.copied();
        other.sync();
        return other;
    }

    int unsynced() {
        return unsynced.size();
    }

    /** What is on the disk after a crash: all that was synced and this many batches more. */
    void crash(int survivors) {
        State start = copy(synced);
        columns = start.columns();
        positions = start.positions();
        List<Batch> surviving = List.copyOf(unsynced.subList(0, survivors));
        surviving.forEach(this::write);
        open = false;
        sync();
    }

    private static State copy(State state) {
        Map<String, NavigableMap<byte[], byte[]>> columns = new HashMap<>();
        state.columns().forEach((name, column) -> columns.put(name, new TreeMap<>(column)));
        return new State(columns, new HashMap<>(state.positions()));
    }
}
