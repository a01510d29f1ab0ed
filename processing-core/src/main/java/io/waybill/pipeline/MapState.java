package io.waybill.pipeline;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * A map for each key, one row for each entry: reading or writing one entry costs nothing of the others. Entries are in
 * the unsigned order of the bytes that the serde of the map's keys writes.
 */
public final class MapState<M, V> extends State {

    private static final int FIRST_PAGE = 16;
    private static final int LARGEST_PAGE = 256;

    private final Serde<M> keySerde;
    private final Serde<V> serde;

    MapState(String name, Serde<M> keySerde, Serde<V> serde, CurrentKey key) {
        super(name, key);
        this.keySerde = keySerde;
        this.serde = serde;
    }

    /** Forgets an entry that was not put for so long, in log time. 1 second to 10 years. For the declaration only. */
    public MapState<M, V> ttl(Duration duration) {
        setTtl(duration);
        return this;
    }

    /** Null where there is no such entry. */
    public @Nullable V get(M key) {
        byte[] bytes = rows().get(row(key));
        return bytes == null ? null : read(serde, bytes);
    }

    public V getOr(M key, V fallback) {
        byte[] bytes = rows().get(row(key));
        return bytes == null ? fallback : read(serde, bytes);
    }

    public boolean contains(M key) {
        return rows().get(row(key)) != null;
    }

    public void put(M key, V value) {
        rows().put(row(key), write(serde, value));
    }

    public void remove(M key) {
        rows().delete(row(key));
    }

    public boolean isEmpty() {
        return page(prefix(), 1).isEmpty();
    }

    /** Removes all entries, one by one. */
    public void clear() {
        byte[] prefix = prefix();
        for (List<StateRows.Row> page = page(prefix, LARGEST_PAGE);
                !page.isEmpty();
                page = page(prefix, LARGEST_PAGE)) {
            page.forEach(row -> rows().delete(row.key()));
        }
    }

    /**
     * The entries in their order, read page by page. The map may be changed meanwhile; whether an entry that is put then
     * is still met is not said. Of use during this call of the operator only.
     */
    public Iterable<Map.Entry<M, V>> entries() {
        return Entries::new;
    }

    private byte[] row(M key) {
        return RowBytes.concat(prefix(), write(keySerde, key));
    }

    private List<StateRows.Row> page(byte[] from, int limit) {
        return rows().scan(from, RowBytes.end(prefix()), limit);
    }

    @Override
    StateDeclaration declaration() {
        String format = keySerde.format() + " -> " + serde.format();
        return new StateDeclaration(name(), StateDeclaration.Kind.MAP, format, declaredTtl());
    }

    @Override
    boolean isComplete() {
        return !Untyped.isMissing(serde) && !Untyped.isMissing(keySerde);
    }

    private final class Entries implements Iterator<Map.Entry<M, V>> {

        private final byte[] prefix = prefix();
        private final Deque<StateRows.Row> rows = new ArrayDeque<>();
        private byte @Nullable [] from = prefix;
        private int pageSize = FIRST_PAGE;

        @Override
        public boolean hasNext() {
            byte[] start = from;
            if (rows.isEmpty() && start != null) {
                List<StateRows.Row> page = page(start, pageSize);
                rows.addAll(page);
                from = page.size() < pageSize
                        ? null
                        : RowBytes.next(page.getLast().key());
                pageSize = LARGEST_PAGE;
            }
            return !rows.isEmpty();
        }

        @Override
        public Map.Entry<M, V> next() {
            if (!hasNext()) {
                throw new NoSuchElementException("the map has no more entries");
            }
            StateRows.Row row = rows.removeFirst();
            return Map.entry(read(keySerde, RowBytes.after(prefix, row.key())), read(serde, row.value()));
        }
    }
}
