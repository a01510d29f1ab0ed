package io.waybill.dedup;

import io.waybill.engine.TaskState;
import io.waybill.store.LocalStore;
import io.waybill.store.StorePosition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A local store and the state of an open checkpoint over it, in memory. */
final class Fakes {

    private Fakes() {}

    static final class Store implements LocalStore {

        private final Map<String, NavigableMap<byte[], byte[]>> columns = new HashMap<>();

        @Override
        public byte @Nullable [] get(String column, byte[] key) {
            return column(column).get(key);
        }

        @Override
        public List<byte @Nullable []> multiGet(String column, List<byte[]> keys) {
            List<byte @Nullable []> values = new ArrayList<>();
            keys.forEach(key -> values.add(get(column, key)));
            return values;
        }

        @Override
        public List<Entry> scan(String column, byte[] from, byte @Nullable [] to, int limit) {
            NavigableMap<byte[], byte[]> rows = column(column).tailMap(from, true);
            return (to == null ? rows : rows.headMap(to, false))
                    .entrySet().stream()
                            .limit(limit)
                            .map(entry -> new Entry(entry.getKey(), entry.getValue()))
                            .toList();
        }

        @Override
        public void apply(List<Change> changes, Map<String, StorePosition> positions) {
            for (Change change : changes) {
                byte[] value = change.value();
                if (value == null) {
                    column(change.column()).remove(change.key());
                } else {
                    column(change.column()).put(change.key(), value);
                }
            }
        }

        @Override
        public Map<String, StorePosition> positions() {
            return Map.of();
        }

        @Override
        public void close() {}

        int rows(String column) {
            return column(column).size();
        }

        NavigableMap<byte[], byte[]> column(String name) {
            return columns.computeIfAbsent(name, n -> new TreeMap<>(Arrays::compareUnsigned));
        }
    }

    static final class State implements TaskState {

        private final Store store;
        private final Map<String, NavigableMap<byte[], LocalStore.Change>> changes = new TreeMap<>();

        State(Store store) {
            this.store = store;
        }

        @Override
        public byte @Nullable [] get(String column, byte[] key) {
            LocalStore.Change change = column(column).get(key);
            return change == null ? store.get(column, key) : change.value();
        }

        @Override
        public byte @Nullable [] getUncommitted(String column, byte[] key) {
            LocalStore.Change change = column(column).get(key);
            return change == null ? null : change.value();
        }

        @Override
        public byte @Nullable [] getCommitted(String column, byte[] key) {
            return store.get(column, key);
        }

        @Override
        public void put(String column, byte[] key, byte[] value) {
            column(column).put(key, new LocalStore.Change(column, key, value));
        }

        @Override
        public void delete(String column, byte[] key) {
            column(column).put(key, new LocalStore.Change(column, key, null));
        }

        @Override
        public List<LocalStore.Entry> scanCommitted(String column, byte[] from, int limit) {
            return store.scan(column, from, limit);
        }

        List<LocalStore.Change> take(String column) {
            List<LocalStore.Change> taken = List.copyOf(column(column).values());
            column(column).clear();
            return taken;
        }

        List<LocalStore.Change> takeAll() {
            List<LocalStore.Change> taken = new ArrayList<>();
            List.copyOf(changes.keySet()).forEach(column -> taken.addAll(take(column)));
            return taken;
        }

        private NavigableMap<byte[], LocalStore.Change> column(String name) {
            return changes.computeIfAbsent(name, n -> new TreeMap<>(Arrays::compareUnsigned));
        }
    }
}
