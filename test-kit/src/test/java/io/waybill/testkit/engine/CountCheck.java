package io.waybill.testkit.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.waybill.testkit.log.SimLog;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The state of {@link Counting}, recomputed from the outputs alone: each key's items are numbered 1, 2, 3 …, each has one
 * tick unless the next one cancelled it, and the changelog holds exactly the rows that follow from them.
 */
final class CountCheck {

    private static final String COLUMN = Counting.NAME + "/";
    /** Both columns of timers; at the end none is left. */
    private static final String TIMERS = "timer";

    private final SimLog log;
    private final String stage;
    private final List<String> violations = new ArrayList<>();

    /** @param stage that counts */
    CountCheck(SimLog log, String stage) {
        this.log = log;
        this.stage = stage;
    }

    List<String> check() {
        Map<String, List<String>> items = new TreeMap<>();
        Map<String, Set<String>> ticks = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> output : log.committed(Workload.SINK)) {
            String value = new String(output.value(), UTF_8);
            int at = value.lastIndexOf(Counting.NUMBER);
            String key = new String(output.key(), UTF_8);
            String number = value.substring(at + 1);
            if (value.substring(0, at).endsWith("|" + Counting.TICK)) {
                tick(key, number, items.getOrDefault(key, List.of()), ticks);
                continue;
            }
            List<String> before = items.computeIfAbsent(key, k -> new ArrayList<>());
            before.add(value.substring(0, at));
            if (!number.equals("" + before.size())) {
                violations.add("output %d of key %s says %s".formatted(before.size(), key, value));
            }
        }
        Map<String, String> expected = new TreeMap<>();
        items.forEach((key, all) -> {
            expect(key, all, expected);
            int silent = all.size() - ticks.getOrDefault(key, Set.of()).size();
            if (silent > 0) {
                expected.put(row("cancelled", key.getBytes(UTF_8)), hex(number(silent)));
            }
        });
        Map<String, String> actual = restored();
        if (!expected.equals(actual)) {
            violations.add("state of the counts: expected %s, but was %s".formatted(expected, actual));
        }
        return violations;
    }

    private void tick(String key, String number, List<String> items, Map<String, Set<String>> ticks) {
        if (Long.parseLong(number) > items.size()) {
            violations.add("timer %s of key %s fired before its item was out".formatted(number, key));
        }
        if (!ticks.computeIfAbsent(key, k -> new HashSet<>()).add(number)) {
            violations.add("timer %s of key %s fired twice".formatted(number, key));
        }
    }

    private static void expect(String key, List<String> items, Map<String, String> rows) {
        byte[] prefix = bytes(out -> {
            out.write(key.length());
            out.writeBytes(key.getBytes(UTF_8));
        });
        Map<String, Long> kinds = new TreeMap<>();
        items.forEach(item -> kinds.merge(Counting.kindOf(item), 1L, Long::sum));
        kinds.forEach((kind, count) -> rows.put(
                row("kinds", bytes(out -> {
                    out.writeBytes(prefix);
                    out.writeBytes(kind.getBytes(UTF_8));
                })),
                hex(number(count))));
        rows.put(row("total", key.getBytes(UTF_8)), hex(number(items.size())));
        int first = Math.max(0, items.size() - Counting.RECENT);
        rows.put(row("recent", prefix), hex(number(first)) + hex(number(items.size())));
        for (int i = first; i < items.size(); i++) {
            byte[] index = number(i);
            rows.put(
                    row("recent", bytes(out -> {
                        out.writeBytes(prefix);
                        out.writeBytes(index);
                    })),
                    hex(items.get(i).getBytes(UTF_8)));
        }
    }

    private Map<String, String> restored() {
        Map<String, String> rows = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> change :
                log.committed(SimulatedEngine.TOPICS.changelog(Workload.PIPELINE, stage))) {
            String key = hex(change.key());
            if (!key.startsWith(hex(COLUMN.getBytes(UTF_8))) && !key.startsWith(hex(TIMERS.getBytes(UTF_8)))) {
                continue;
            }
            if (change.value() == null) {
                rows.remove(key);
            } else {
                rows.put(key, hex(change.value()));
            }
        }
        return rows;
    }

    private static String row(String state, byte[] key) {
        return hex((COLUMN + state + "\0").getBytes(UTF_8)) + hex(key);
    }

    private static byte[] number(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] bytes(java.util.function.Consumer<ByteArrayOutputStream> writer) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writer.accept(out);
        return out.toByteArray();
    }
}
