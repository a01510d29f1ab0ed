package io.waybill.pipeline;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Rows in memory. */
final class TreeRows implements StateRows {

    final NavigableMap<byte[], byte[]> rows = new TreeMap<>(Arrays::compareUnsigned);
    int writes;

    @Override
    public byte @Nullable [] get(byte[] key) {
        return rows.get(key);
    }

    @Override
    public void put(byte[] key, byte[] value) {
        writes++;
        rows.put(key, value);
    }

    @Override
    public void delete(byte[] key) {
        writes++;
        rows.remove(key);
    }

    @Override
    public List<Row> scan(byte[] from, byte @Nullable [] to, int limit) {
        NavigableMap<byte[], byte[]> tail = rows.tailMap(from, true);
        List<Row> found = new ArrayList<>();
        for (Map.Entry<byte[], byte[]> row : (to == null ? tail : tail.headMap(to, false)).entrySet()) {
            if (found.size() < limit) {
                found.add(new Row(row.getKey(), row.getValue()));
            }
        }
        return found;
    }
}
