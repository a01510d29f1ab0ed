package io.waybill.engine;

import io.waybill.pipeline.Poison;
import io.waybill.pipeline.StateRows;
import io.waybill.store.LocalStore;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of one declared state: a column of the task's state, seen through the record in processing. */
final class StateColumn implements StateRows {

    /** What a changelog record takes beyond key and value, generously. */
    private static final int OVERHEAD = 512;

    private final String column;
    private final RunningScope running;
    private final int maxRowBytes;

    /** @param maxRecordBytes the limit of the changelog */
    StateColumn(String column, RunningScope running, int maxRecordBytes) {
        this.column = column;
        this.running = running;
        this.maxRowBytes = maxRecordBytes - OVERHEAD;
    }

    /** The engine's own columns have no slash in their names. */
    static String name(String operator, String state) {
        return operator + "/" + state;
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        return running.get().state().get(column, key);
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
        scope.state().put(column, key, value);
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
        for (LocalStore.Entry entry : running.get().state().scan(column, from, to, limit)) {
            rows.add(new Row(entry.key(), entry.value()));
        }
        return rows;
    }
}
