package io.waybill.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.waybill.format.LogFormats;
import io.waybill.format.v1.Marker;
import io.waybill.format.v1.Position;
import io.waybill.format.v1.StateRow;
import io.waybill.format.v1.WaitingRow;
import io.waybill.pipeline.StateRows;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** The committed state of one task, restored from its changelog; {@code log.proto} describes the rows. */
final class Changelog {

    private static final NavigableMap<byte[], byte[]> NOTHING = new TreeMap<>(Arrays::compareUnsigned);

    private final Map<String, NavigableMap<byte[], byte[]>> columns = new HashMap<>();

    /** By partition. */
    static Map<Integer, Changelog> restore(List<ConsumerRecord<byte[], byte[]>> records) {
        Map<Integer, Changelog> tasks = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            tasks.computeIfAbsent(record.partition(), p -> new Changelog()).take(record.key(), record.value());
        }
        return tasks;
    }

    /** Keys are the column's name, a zero byte, the row's own key. */
    private void take(byte[] encoded, byte @Nullable [] value) {
        int zero = 0;
        while (encoded[zero] != 0) {
            zero++;
        }
        String name = new String(encoded, 0, zero, UTF_8);
        byte[] key = Arrays.copyOfRange(encoded, zero + 1, encoded.length);
        NavigableMap<byte[], byte[]> column =
                columns.computeIfAbsent(name, n -> new TreeMap<>(Arrays::compareUnsigned));
        if (value == null) {
            column.remove(key);
        } else {
            column.put(key, value);
        }
    }

    NavigableMap<byte[], byte[]> column(String name) {
        return columns.getOrDefault(name, NOTHING);
    }

    /** Null where the task has written none yet. */
    @Nullable
    Marker marker() {
        return column("marker").values().stream()
                .map(value -> LogFormats.decode(Marker.parser(), value, "marker"))
                .findFirst()
                .orElse(null);
    }

    /** The next offset the task will read of its partition of this topic. */
    long next(String topic) {
        Marker marker = marker();
        return marker == null
                ? 0
                : marker.getNextList().stream()
                        .filter(position -> position.getTopic().equals(topic))
                        .mapToLong(Position::getNextOffset)
                        .findFirst()
                        .orElse(0);
    }

    /** When its timers are to fire, in their order. */
    List<Instant> timers() {
        return column("timer").keySet().stream()
                .map(key -> Instant.ofEpochMilli(ByteBuffer.wrap(key).getLong()))
                .toList();
    }

    /** What waits in its waiting room, in no order that means anything. */
    List<WaitingRow> waiting() {
        return column("waiting").values().stream()
                .map(value -> LogFormats.decode(WaitingRow.parser(), value, "waiting row"))
                .toList();
    }

    /** The rows of a state, for reading. */
    StateRows rows(String operator, String state) {
        byte[] declared = column("state").get((operator + "/" + state).getBytes(UTF_8));
        StateRow row = declared == null
                ? StateRow.getDefaultInstance()
                : LogFormats.decode(StateRow.parser(), declared, "state row");
        String generation = row.getGeneration() == 0 ? "" : "#" + row.getGeneration();
        NavigableMap<byte[], byte[]> stored = column(operator + "/" + state + generation);
        return new ReadOnly(row.getTtlMs() == 0 ? stored : withoutExpired(stored));
    }

    /** With a time to live values begin with the log time at which it ends. */
    private NavigableMap<byte[], byte[]> withoutExpired(NavigableMap<byte[], byte[]> stored) {
        Marker marker = marker();
        long logTimeMs = marker == null ? 0 : marker.getLogTimeMs();
        NavigableMap<byte[], byte[]> left = new TreeMap<>(Arrays::compareUnsigned);
        stored.forEach((key, value) -> {
            if (ByteBuffer.wrap(value).getLong() >= logTimeMs) {
                left.put(key, Arrays.copyOfRange(value, Long.BYTES, value.length));
            }
        });
        return left;
    }

    private record ReadOnly(NavigableMap<byte[], byte[]> content) implements StateRows {

        @Override
        public byte @Nullable [] get(byte[] key) {
            return content.get(key);
        }

        @Override
        public List<Row> scan(byte[] from, byte @Nullable [] to, int limit) {
            NavigableMap<byte[], byte[]> tail = content.tailMap(from, true);
            List<Row> rows = new ArrayList<>();
            (to == null ? tail : tail.headMap(to, false))
                    .entrySet().stream().limit(limit).forEach(e -> rows.add(new Row(e.getKey(), e.getValue())));
            return rows;
        }

        @Override
        public void put(byte[] key, byte[] value) {
            throw new UnsupportedOperationException("a test reads state, it does not write it");
        }

        @Override
        public void delete(byte[] key) {
            throw new UnsupportedOperationException("a test reads state, it does not write it");
        }
    }
}
