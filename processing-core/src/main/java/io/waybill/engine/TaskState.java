package io.waybill.engine;

import io.waybill.store.LocalStore;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state of a task as a record in processing sees it: what the last checkpoint left, overlaid by everything that
 * happened since. Changes count only when the record settles. One thread.
 */
public interface TaskState {

    byte @Nullable [] get(String column, byte[] key);

    /** What was put since the last checkpoint; null where nothing was. */
    byte @Nullable [] getUncommitted(String column, byte[] key);

    /** As of the last checkpoint, without what happened since. */
    byte @Nullable [] getCommitted(String column, byte[] key);

    void put(String column, byte[] key, byte[] value);

    void delete(String column, byte[] key);

    /** As of the last checkpoint, without what happened since: at most {@code limit} entries from {@code from} on. */
    List<LocalStore.Entry> scanCommitted(String column, byte[] from, int limit);
}
