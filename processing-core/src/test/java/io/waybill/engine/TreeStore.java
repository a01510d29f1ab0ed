package io.waybill.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.waybill.store.LocalFiles;
import io.waybill.store.LocalStore;
import io.waybill.store.StorePosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One column in memory, which counts how it is read. */
final class TreeStore implements LocalStore {

    int gets;
    int multiGets;
    private final NavigableMap<String, byte[]> rows = new TreeMap<>();

    @Override
    public byte @Nullable [] get(String column, byte[] key) {
        gets++;
        return rows.get(text(key));
    }

    @Override
    public List<byte @Nullable []> multiGet(String column, List<byte[]> keys) {
        multiGets++;
        List<byte @Nullable []> values = new ArrayList<>();
        keys.forEach(key -> values.add(rows.get(text(key))));
        return values;
    }

    @Override
    public List<Entry> scan(String column, byte[] from, byte @Nullable [] to, int limit) {
        List<Entry> found = new ArrayList<>();
        rows.tailMap(text(from), true).forEach((key, value) -> {
            if (found.size() < limit && (to == null || key.compareTo(text(to)) < 0)) {
                found.add(new Entry(bytes(key), value));
            }
        });
        return found;
    }

    @Override
    public void apply(List<Change> changes, Map<String, StorePosition> positions) {
        for (Change change : changes) {
            byte[] value = change.value();
            if (value == null) {
                rows.remove(text(change.key()));
            } else {
                rows.put(text(change.key()), value);
            }
        }
    }

    @Override
    public Map<String, StorePosition> positions() {
        return Map.of();
    }

    @Override
    public LocalFiles files() {
        throw new UnsupportedOperationException("one column only");
    }

    @Override
    public void close() {}

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, ISO_8859_1);
    }
}
