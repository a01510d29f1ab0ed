package io.waybill.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers over a store that reads ahead, compared with one plain map for each of them. */
class StateLayerTest {

    private static final String COLUMN = "operator/state";

    private final RowsAhead store = new RowsAhead(new TreeStore());
    private final StateLayer checkpoint = StateLayer.over(store);
    private StateLayer record = checkpoint.layer();
    private StateLayer scope = record.layer();
    private final NavigableMap<String, String> inCheckpoint = new TreeMap<>();
    private NavigableMap<String, String> inRecord = new TreeMap<>();
    private NavigableMap<String, String> inScope = new TreeMap<>();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void a_scope_sees_what_lies_below_overlaid_by_what_it_did(long seed) {
        Random random = new Random(seed);
        for (int step = 0; step < 3_000; step++) {
            String key = "k" + random.nextInt(40);
            switch (random.nextInt(11)) {
                case 0, 1, 2, 3 -> {
                    scope.put(COLUMN, bytes(key), bytes("v" + step));
                    inScope.put(key, "v" + step);
                }
                case 4, 5 -> {
                    scope.delete(COLUMN, bytes(key));
                    inScope.remove(key);
                }
                case 6 -> endScope(random.nextBoolean());
                case 7 -> endRecord(random.nextBoolean());
                case 8 -> endCheckpoint();
                case 9 ->
                    store.readAhead(COLUMN, Set.of(new RowKey(bytes(key)), new RowKey(bytes("k" + step % 40 + "x"))));
                default -> compare(random, key);
            }
        }
    }

    private void endScope(boolean kept) {
        if (kept) {
            scope.mergeDown();
            inRecord = new TreeMap<>(inScope);
        }
        scope = record.layer();
        inScope = new TreeMap<>(inRecord);
    }

    private void endRecord(boolean kept) {
        endScope(kept);
        if (kept) {
            record.mergeDown();
            inCheckpoint.clear();
            inCheckpoint.putAll(inRecord);
        }
        record = checkpoint.layer();
        scope = record.layer();
        inRecord = new TreeMap<>(inCheckpoint);
        inScope = new TreeMap<>(inCheckpoint);
    }

    private void endCheckpoint() {
        store.apply(checkpoint.changes(), Map.of());
        checkpoint.clear();
    }

    private void compare(Random random, String key) {
        byte[] value = scope.get(COLUMN, bytes(key));
        assertThat(value == null ? null : text(value)).isEqualTo(inScope.get(key));
        String to = random.nextBoolean() ? null : "k" + random.nextInt(40);
        int limit = 1 + random.nextInt(50);
        NavigableMap<String, String> tail = inScope.tailMap(key, true);
        List<String> expected = (to == null
                        ? tail
                        : to.compareTo(key) <= 0 ? tail.headMap(key) : tail.headMap(to, false))
                .entrySet().stream()
                        .limit(limit)
                        .map(e -> e.getKey() + "=" + e.getValue())
                        .toList();
        assertThat(scope.scan(COLUMN, bytes(key), to == null ? null : bytes(to), limit).stream()
                        .map(e -> text(e.key()) + "=" + text(e.value()))
                        .toList())
                .isEqualTo(expected);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }
}
