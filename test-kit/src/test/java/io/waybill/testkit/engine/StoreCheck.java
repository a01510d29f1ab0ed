package io.waybill.testkit.engine;

import io.waybill.store.LocalStore;
import io.waybill.store.LocalStores.TaskId;
import io.waybill.testkit.log.SimLog;
import io.waybill.testkit.store.SimStores;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** At rest a task's local store holds what its changelog says: nothing is missing, nothing of old stands there still. */
final class StoreCheck {

    private final SimLog log;
    private final Collection<SimStores> disks;
    private final Shape shape;

    StoreCheck(SimLog log, Collection<SimStores> disks, Shape shape) {
        this.log = log;
        this.disks = disks;
        this.shape = shape;
    }

    List<String> check() {
        List<String> violations = new ArrayList<>();
        for (String stage : shape.stages()) {
            Map<Integer, Map<String, String>> changelogs = changelogs(stage);
            changelogs.forEach((partition, expected) -> {
                TaskId task = new TaskId(Workload.PIPELINE, stage, partition);
                for (SimStores disk : disks) {
                    Map<String, List<LocalStore.Entry>> content = disk.content(task);
                    Map<String, String> actual = content == null ? expected : rows(content);
                    if (!expected.equals(actual)) {
                        violations.add("the store of %s differs from its changelog: %s"
                                .formatted(task, difference(expected, actual)));
                    }
                }
            });
        }
        return violations;
    }

    private Map<Integer, Map<String, String>> changelogs(String stage) {
        Map<Integer, Map<String, String>> changelogs = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> change :
                log.committed(SimulatedEngine.TOPICS.changelog(Workload.PIPELINE, stage))) {
            Map<String, String> rows = changelogs.computeIfAbsent(change.partition(), p -> new TreeMap<>());
            String key = hex(change.key());
            if (change.value() == null) {
                rows.remove(key);
            } else {
                rows.put(key, hex(change.value()));
            }
        }
        return changelogs;
    }

    private static Map<String, String> rows(Map<String, List<LocalStore.Entry>> content) {
        Map<String, String> rows = new TreeMap<>();
        content.forEach((column, entries) -> {
            String prefix = hex((column + "\0").getBytes(StandardCharsets.UTF_8));
            entries.forEach(entry -> rows.put(prefix + hex(entry.key()), hex(entry.value())));
            // When the store was last written: its own row, in no changelog.
            rows.remove(hex(("marker\0" + (char) 1).getBytes(StandardCharsets.UTF_8)));
        });
        return rows;
    }

    private static String difference(Map<String, String> expected, Map<String, String> actual) {
        Map<String, String> missing = new TreeMap<>(expected);
        missing.entrySet().removeAll(actual.entrySet());
        Map<String, String> besides = new TreeMap<>(actual);
        besides.entrySet().removeAll(expected.entrySet());
        return "missing %s, besides %s".formatted(missing, besides);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
