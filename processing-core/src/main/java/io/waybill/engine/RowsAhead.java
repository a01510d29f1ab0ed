package io.waybill.engine;

import io.waybill.store.LocalFiles;
import io.waybill.store.LocalStore;
import io.waybill.store.StorePosition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A task's local store, with rows in memory that were read many at once because the next records will ask for them.
 * Every write passes here, so what is in memory is what the store holds. Rows of state stay, since their keys come
 * again; ids are asked for once and forgotten with the next write. When it is full it begins anew. For any thread: an
 * operator that was given up may still read.
 */
final class RowsAhead implements LocalStore {

    static final int MOST_ROWS = 8_192;
    static final int MOST_BYTES = 4 * 1024 * 1024;

    private static final int ROW_OVERHEAD = 128;

    private final LocalStore store;
    private final Map<String, RowTable<Row>> columns = new HashMap<>();
    /** Columns whose rows are not worth the memory. */
    private final Set<String> tooLarge = new HashSet<>();
    /** Whether a column may hold a row: of those that were asked for. */
    private final Map<String, Boolean> written = new HashMap<>();

    private int rows;
    private long bytes;

    RowsAhead(LocalStore store) {
        this.store = store;
    }

    /** @param value null where the store has no such row */
    private record Row(byte @Nullable [] value) {}

    private static final Row NO_ROW = new Row(null);

    /** From now on these are known, and what is written to them, unless they are too large. */
    synchronized void readAhead(String column, Collection<RowKey> keys) {
        if (tooLarge.contains(column) || isEmpty(column)) {
            return;
        }
        RowTable<Row> known = columns.computeIfAbsent(column, c -> new RowTable<>());
        List<RowKey> unknown = new ArrayList<>(keys.size());
        List<byte[]> asked = new ArrayList<>(keys.size());
        for (RowKey key : keys) {
            if (known.get(key) == null) {
                unknown.add(key);
                asked.add(key.bytes());
            }
        }
        if (unknown.isEmpty()) {
            return;
        }
        long before = bytes;
        List<byte @Nullable []> values = store.multiGet(column, asked);
        for (int i = 0; i < values.size(); i++) {
            keep(known, unknown.get(i), values.get(i));
        }
        if (bytes - before > MOST_BYTES) {
            tooLarge.add(column);
        }
        if (isFull()) {
            forget();
        }
    }

    /** True where no row of it was ever written, as far as is known: then nobody needs to ask for one. */
    synchronized boolean isEmpty(String column) {
        return !written.computeIfAbsent(
                column, c -> !store.scan(c, new byte[0], 1).isEmpty());
    }

    private void keep(RowTable<Row> of, RowKey key, byte @Nullable [] value) {
        Row before = of.put(key, new Row(value));
        bytes += size(value);
        if (before == null) {
            rows++;
            bytes += key.bytes().length + ROW_OVERHEAD;
        } else {
            bytes -= size(before.value());
        }
    }

    private static int size(byte @Nullable [] value) {
        return value == null ? 0 : value.length;
    }

    private boolean isFull() {
        return rows > MOST_ROWS || bytes > MOST_BYTES;
    }

    private void forget() {
        columns.clear();
        rows = 0;
        bytes = 0;
    }

    @Override
    public byte @Nullable [] get(String column, byte[] key) {
        Row known = known(column, key);
        return known == null ? store.get(column, key) : known.value();
    }

    private synchronized @Nullable Row known(String column, byte[] key) {
        if (isEmpty(column)) {
            return NO_ROW;
        }
        RowTable<Row> of = columns.get(column);
        return of == null ? null : of.get(new RowKey(key));
    }

    @Override
    public void apply(List<Change> changes, Map<String, StorePosition> positions) {
        store.apply(changes, positions);
        learn(changes);
    }

    private synchronized void learn(List<Change> changes) {
        RowTable<Row> ids = columns.remove(DuplicateFilter.IDS);
        if (ids != null) {
            ids.forEach((key, row) -> bytes -= key.bytes().length + ROW_OVERHEAD + size(row.value()));
            rows -= ids.size();
        }
        for (Change change : changes) {
            written.replace(change.column(), true);
            RowTable<Row> of = columns.get(change.column());
            if (of != null) {
                keep(of, new RowKey(change.key()), change.value());
            }
        }
        if (isFull()) {
            forget();
        }
    }

    @Override
    public List<byte @Nullable []> multiGet(String column, List<byte[]> keys) {
        return store.multiGet(column, keys);
    }

    @Override
    public List<Entry> scan(String column, byte[] from, byte @Nullable [] to, int limit) {
        return store.scan(column, from, to, limit);
    }

    @Override
    public Map<String, StorePosition> positions() {
        return store.positions();
    }

    @Override
    public LocalFiles files() {
        return store.files();
    }

    @Override
    public void close() {
        store.close();
    }
}
