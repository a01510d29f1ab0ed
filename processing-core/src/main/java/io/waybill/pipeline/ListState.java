package io.waybill.pipeline;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * A list for each key that grows at its end and shrinks at its beginning. One row for each element and one that holds
 * the bounds, so adding costs the same however long the list is.
 */
public final class ListState<V> extends State {

    private static final Bounds NOTHING = new Bounds(0, 0);

    private final Serde<V> serde;

    ListState(String name, Serde<V> serde, CurrentKey key) {
        super(name, key);
        this.serde = serde;
    }

    /** Forgets an element that was added so long ago, in log time. 1 second to 10 years. For the declaration only. */
    public ListState<V> ttl(Duration duration) {
        setTtl(duration);
        return this;
    }

    /** Adds to the end. */
    public void add(V value) {
        byte[] prefix = prefix();
        Bounds bounds = bounds(prefix);
        rows().put(RowBytes.concat(prefix, bounds.next()), write(serde, value));
        write(prefix, new Bounds(bounds.first(), bounds.next() + 1));
    }

    public int size() {
        Bounds bounds = bounds(prefix());
        return Math.toIntExact(bounds.next() - bounds.first());
    }

    public boolean isEmpty() {
        return size() == 0;
    }

    /** @throws IndexOutOfBoundsException where there is no such element */
    public V get(int index) {
        byte[] prefix = prefix();
        Bounds bounds = bounds(prefix);
        long size = bounds.next() - bounds.first();
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException(
                    "list '%s' has %d elements, but was asked for index %d".formatted(name(), size, index));
        }
        return element(prefix, bounds.first() + index);
    }

    /** Null where the list is empty. */
    public @Nullable V removeFirst() {
        byte[] prefix = prefix();
        Bounds bounds = bounds(prefix);
        if (bounds.isEmpty()) {
            return null;
        }
        V first = element(prefix, bounds.first());
        rows().delete(RowBytes.concat(prefix, bounds.first()));
        write(prefix, new Bounds(bounds.first() + 1, bounds.next()));
        return first;
    }

    /** Removes all elements, one by one. */
    public void clear() {
        byte[] prefix = prefix();
        Bounds bounds = bounds(prefix);
        for (long i = bounds.first(); i < bounds.next(); i++) {
            rows().delete(RowBytes.concat(prefix, i));
        }
        rows().delete(prefix);
    }

    /**
     * The elements in their order, as many as there are when the iteration begins. Of use during this call of the
     * operator only; the list must not shrink meanwhile.
     */
    public Iterable<V> elements() {
        return () -> {
            byte[] prefix = prefix();
            return new Elements(prefix, bounds(prefix));
        };
    }

    private V element(byte[] prefix, long number) {
        byte[] bytes = rows().get(RowBytes.concat(prefix, number));
        if (bytes == null) {
            throw new NoSuchElementException("list '" + name() + "' shrank while it was read");
        }
        return read(serde, bytes);
    }

    /** Without the elements whose time is over: they are the oldest, so they stand at the beginning. */
    private Bounds bounds(byte[] prefix) {
        byte[] bytes = rows().get(prefix);
        if (bytes == null) {
            return NOTHING;
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        Bounds stored = new Bounds(buffer.getLong(), buffer.getLong());
        return declaredTtl() == null ? stored : withoutExpired(prefix, stored);
    }

    private Bounds withoutExpired(byte[] prefix, Bounds stored) {
        long first = stored.first();
        while (first < stored.next() && rows().get(RowBytes.concat(prefix, first)) == null) {
            first++;
        }
        return new Bounds(first, stored.next());
    }

    private void write(byte[] prefix, Bounds bounds) {
        if (bounds.isEmpty()) {
            rows().delete(prefix);
        } else {
            byte[] bytes = ByteBuffer.allocate(2 * Long.BYTES)
                    .putLong(bounds.first())
                    .putLong(bounds.next())
                    .array();
            rows().put(prefix, bytes);
        }
    }

    @Override
    StateDeclaration declaration() {
        return new StateDeclaration(name(), StateDeclaration.Kind.LIST, serde.format(), declaredTtl());
    }

    @Override
    boolean isComplete() {
        return !Untyped.isMissing(serde);
    }

    /** @param next one past the last element */
    private record Bounds(long first, long next) {

        boolean isEmpty() {
            return first == next;
        }
    }

    private final class Elements implements Iterator<V> {

        private final byte[] prefix;
        private final long end;
        private long at;

        Elements(byte[] prefix, Bounds bounds) {
            this.prefix = prefix;
            this.at = bounds.first();
            this.end = bounds.next();
        }

        @Override
        public boolean hasNext() {
            return at < end;
        }

        @Override
        public V next() {
            if (!hasNext()) {
                throw new NoSuchElementException("the list has no more elements");
            }
            return element(prefix, at++);
        }
    }
}
