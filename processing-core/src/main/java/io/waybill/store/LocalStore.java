package io.waybill.store;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Ordered byte keys and values in named columns, with the position vector of the changelogs they came from. What
 * {@link #apply} wrote becomes visible at once and whole; after a crash the store holds a prefix of the batches that
 * were applied, possibly none. One thread.
 */
public interface LocalStore extends AutoCloseable {

    byte @Nullable [] get(String column, byte[] key);

    /** The values in the order of the keys; null where there is none. */
    List<byte @Nullable []> multiGet(String column, List<byte[]> keys);

    /** At most {@code limit} entries from {@code from} (inclusive) on, in unsigned byte order of their keys. */
    default List<Entry> scan(String column, byte[] from, int limit) {
        return scan(column, from, null, limit);
    }

    /** The same, before {@code to} (exclusive); null where there is no such bound. */
    List<Entry> scan(String column, byte[] from, byte @Nullable [] to, int limit);

    /** Writes all changes and the positions in one atomic batch. */
    void apply(List<Change> changes, Map<String, StorePosition> positions);

    /** The position vector of the last batch, by changelog topic; empty in a new store. */
    Map<String, StorePosition> positions();

    /** What is too large for rows. */
    LocalFiles files();

    @Override
    void close();

    record Entry(byte[] key, byte[] value) {}

    /** @param value null deletes the key */
    record Change(String column, byte[] key, byte @Nullable [] value) {}
}
