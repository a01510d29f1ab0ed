package io.waybill.dedup;

import io.waybill.engine.TaskState;
import io.waybill.store.LocalFile;
import io.waybill.store.LocalFiles;
import io.waybill.store.LocalStore;
import io.waybill.store.StorePosition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A local store and the state of an open checkpoint over it, in memory. */
final class Fakes {

    private Fakes() {}

    static final class Store implements LocalStore {

        private final Map<String, NavigableMap<byte[], byte[]>> columns = new HashMap<>();
        private final Folder folder = new Folder();

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
        public Folder files() {
            return folder;
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

    /** Files are sealed at once, unless the test says when. */
    static final class Folder implements LocalFiles {

        private final NavigableMap<String, Content> files = new TreeMap<>();
        boolean sealsLater;

        private static final class Content implements LocalFile {

            private final String name;
            private final Folder folder;
            private byte[] bytes = {};
            private boolean sealing;
            private boolean sealed;

            Content(String name, Folder folder) {
                this.name = name;
                this.folder = folder;
            }

            @Override
            public String name() {
                return name;
            }

            @Override
            public long size() {
                return bytes.length;
            }

            @Override
            public void append(byte[] more, int from, int length) {
                int at = bytes.length;
                bytes = Arrays.copyOf(bytes, at + length);
                System.arraycopy(more, from, bytes, at, length);
            }

            @Override
            public void read(long position, byte[] into) {
                System.arraycopy(bytes, (int) position, into, 0, into.length);
            }

            @Override
            public void seal() {
                sealing = true;
                sealed = !folder.sealsLater;
            }

            @Override
            public boolean isSealed() {
                return sealed;
            }

            @Override
            public void close() {}
        }

        void seal() {
            files.values().forEach(file -> file.sealed = file.sealing);
        }

        /** What is not sealed is gone. */
        void crash() {
            files.values().removeIf(file -> !file.sealed);
        }

        void damage(String name, int at) {
            byte[] bytes = file(name).bytes;
            bytes[at < 0 ? bytes.length + at : at] ^= 1;
        }

        long bytes() {
            return files.values().stream().mapToLong(Content::size).sum();
        }

        private Content file(String name) {
            return Objects.requireNonNull(files.get(name), name);
        }

        @Override
        public LocalFile create(String name) {
            Content file = new Content(name, this);
            if (files.putIfAbsent(name, file) != null) {
                throw new IllegalStateException("there is a file " + name);
            }
            return file;
        }

        @Override
        public LocalFile open(String name) {
            return file(name);
        }

        @Override
        public List<String> names() {
            return files.values().stream()
                    .filter(file -> file.sealed)
                    .map(file -> file.name)
                    .toList();
        }

        @Override
        public void delete(String name) {
            files.remove(name);
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
