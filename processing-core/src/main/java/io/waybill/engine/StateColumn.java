package io.waybill.engine;

import io.waybill.pipeline.Poison;
import io.waybill.pipeline.StateRows;
import io.waybill.store.LocalStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of one declared state: a column of the task's state, seen through the record in processing. */
final class StateColumn implements StateRows {

    /** What a changelog record takes beyond key and value, generously. */
    private static final int OVERHEAD = 512;

    private final String column;
    private final long ttlMs;
    private final RunningScope running;
    private final int maxRowBytes;

    /**
     * @param ttlMs 0: rows stay for ever
     * @param maxRecordBytes the limit of the changelog
     */
    StateColumn(String column, long ttlMs, RunningScope running, int maxRecordBytes) {
        this.column = column;
        this.ttlMs = ttlMs;
        this.running = running;
        this.maxRowBytes = maxRecordBytes - OVERHEAD;
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        byte[] stored = running.get().state().get(column, key);
        return stored == null || ttlMs == 0 ? stored : Expiry.unwrap(stored, running.logTimeMs());
    }

    @Override
    public void put(byte[] key, byte[] value) {
        RecordScope scope = running.get();
        long size = (long) key.length + value.length;
        if (size > maxRowBytes) {
            throw Poison.because(
                    "STATE_TOO_LARGE",
                    "expected a row of state '%s' of at most %d bytes, but was %d",
                    column,
                    maxRowBytes,
                    size);
        }
        scope.stateChange(size);
        scope.state().put(column, key, ttlMs == 0 ? value : Expiry.wrap(value, running.logTimeMs() + ttlMs));
    }

    @Override
    public void delete(byte[] key) {
        RecordScope scope = running.get();
        scope.stateChange(key.length);
        scope.state().delete(column, key);
    }

    @Override
    public List<Row> scan(byte[] from, byte @Nullable [] to, int limit) {
        List<Row> rows = new ArrayList<>();
        byte[] start = from;
        while (start != null) {
            List<LocalStore.Entry> page = running.get().state().scan(column, start, to, limit);
            for (LocalStore.Entry entry : page) {
                byte[] value = ttlMs == 0 ? entry.value() : Expiry.unwrap(entry.value(), running.logTimeMs());
                if (value != null && rows.size() < limit) {
                    rows.add(new Row(entry.key(), value));
                }
            }
            start = page.size() < limit || rows.size() == limit
                    ? null
                    : after(page.getLast().key());
        }
        return rows;
    }

    private static byte[] after(byte[] key) {
        return Arrays.copyOf(key, key.length + 1);
    }
}
