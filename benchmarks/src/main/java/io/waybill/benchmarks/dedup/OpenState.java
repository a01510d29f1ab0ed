package io.waybill.benchmarks.dedup;

import io.waybill.engine.TaskState;
import io.waybill.store.LocalStore;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The changes of one open checkpoint, as the engine would hold them for a filter. */
final class OpenState implements TaskState {

    private final LocalStore store;
    private final Map<String, Map<ByteBuffer, LocalStore.Change>> columns = new LinkedHashMap<>();
    private final Map<ByteBuffer, byte @Nullable []> ahead = new HashMap<>();

    OpenState(LocalStore store) {
        this.store = store;
    }

    @Override
    public byte @Nullable [] get(String column, byte[] key) {
        LocalStore.Change change = find(column, key);
        return change == null ? store.get(column, key) : change.value();
    }

    @Override
    public byte @Nullable [] getUncommitted(String column, byte[] key) {
        LocalStore.Change change = find(column, key);
        return change == null ? null : change.value();
    }

    private LocalStore.@Nullable Change find(String column, byte[] key) {
        return column(column).get(ByteBuffer.wrap(key));
    }

    @Override
    public byte @Nullable [] getCommitted(String column, byte[] key) {
        ByteBuffer id = ByteBuffer.wrap(key);
        return ahead.containsKey(id) ? ahead.get(id) : store.get(column, key);
    }

    /** As the engine does with the ids of the records that wait. */
    void readAhead(String column, List<byte[]> keys) {
        ahead.clear();
        List<byte @Nullable []> rows = store.multiGet(column, keys);
        for (int i = 0; i < rows.size(); i++) {
            ahead.put(ByteBuffer.wrap(keys.get(i)), rows.get(i));
        }
    }

    void forget() {
        ahead.clear();
    }

    @Override
    public void put(String column, byte[] key, byte[] value) {
        column(column).put(ByteBuffer.wrap(key), new LocalStore.Change(column, key, value));
    }

    @Override
    public void delete(String column, byte[] key) {
        column(column).put(ByteBuffer.wrap(key), new LocalStore.Change(column, key, null));
    }

    @Override
    public List<LocalStore.Entry> scanCommitted(String column, byte[] from, int limit) {
        return store.scan(column, from, limit);
    }

    List<LocalStore.Change> take(String column) {
        List<LocalStore.Change> taken = new ArrayList<>(column(column).values());
        column(column).clear();
        return taken;
    }

    List<LocalStore.Change> takeAll() {
        List<LocalStore.Change> taken = new ArrayList<>();
        columns.keySet().forEach(column -> taken.addAll(take(column)));
        return taken;
    }

    private Map<ByteBuffer, LocalStore.Change> column(String column) {
        return columns.computeIfAbsent(column, c -> new LinkedHashMap<>());
    }
}
