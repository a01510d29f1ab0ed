package io.waybill.testkit.engine;

import io.waybill.format.LogFormats;
import io.waybill.format.v1.DeadLetterEvent;
import io.waybill.format.v1.ReplayCommand;
import io.waybill.format.v1.StageRecord;
import io.waybill.testkit.log.SimLog;
import io.waybill.testkit.sink.SimTable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The table holds, each once and in their order, the rows that were staged and not refused, and those that a replay
 * mended; and what was staged is what the topic beside it holds, which other checks recompute.
 */
final class TableCheck {

    private final SimLog log;
    private final SimTable table;
    private final String staged = SimulatedEngine.TOPICS.staged(Workload.PIPELINE, Workload.TABLE);
    private final String replays = SimulatedEngine.TOPICS.replays(Workload.PIPELINE, Workload.TABLE);

    TableCheck(SimLog log, SimTable table) {
        this.log = log;
        this.table = table;
    }

    /** It has taken or refused all that was staged. */
    boolean isDone() {
        if (log.isEmpty(staged)) {
            return true;
        }
        String id = log.topicId(staged).toString();
        return log.committed(staged).stream().allMatch(record -> record.offset() < table.next(id, record.partition()));
    }

    List<String> check() {
        List<String> violations = new ArrayList<>();
        compare("rows of", staged(), applied(staged), violations);
        replayed(violations);
        compare("what was staged of", outputs(), stagedByKey(), violations);
        return violations;
    }

    private static void compare(
            String what, Map<String, List<String>> expected, Map<String, List<String>> actual, List<String> into) {
        Set<String> all = new HashSet<>(expected.keySet());
        all.addAll(actual.keySet());
        for (String each : all) {
            List<String> wanted = expected.getOrDefault(each, List.of());
            List<String> found = actual.getOrDefault(each, List.of());
            if (!wanted.equals(found)) {
                into.add("%s %s: expected %s but found %s".formatted(what, each, wanted, found));
            }
        }
    }

    private Map<String, List<String>> applied(String topic) {
        Map<String, List<String>> applied = new TreeMap<>();
        String id = log.topicId(topic).toString();
        for (SimTable.Row row : table.rows()) {
            if (row.log().equals(id)) {
                add(applied, topic + "-" + row.partition(), row.offset() + " " + row.text());
            }
        }
        return applied;
    }

    private Map<String, List<String>> staged() {
        Map<String, List<String>> expected = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : log.committed(staged)) {
            String text = text(record);
            if (!Workload.isRefused(text)) {
                add(expected, staged + "-" + record.partition(), record.offset() + " " + text);
            }
        }
        return expected;
    }

    /** Each replay that was resolved has put its row there, once, and no other has. */
    private void replayed(List<String> violations) {
        Map<String, String> orders = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : log.committed(replays)) {
            ReplayCommand command = LogFormats.decode(ReplayCommand.parser(), record.value(), "replays");
            orders.put(
                    record.partition() + "@" + record.offset() + " "
                            + command.getPayload().toStringUtf8(),
                    command.getDeadLetterId() + " " + command.getReplayId());
        }
        Set<String> resolved = new TreeSet<>();
        for (ConsumerRecord<byte[], byte[]> record : log.committed(SimulatedEngine.TOPICS.deadLetters())) {
            DeadLetterEvent event = LogFormats.decode(DeadLetterEvent.parser(), record.value(), "dead letters");
            if (event.hasResolved() && event.getStage().equals(Workload.TABLE)) {
                resolved.add(event.getDeadLetterId() + " " + event.getResolved().getReplayId());
            }
        }
        String id = log.topicId(replays).toString();
        for (SimTable.Row row : table.rows()) {
            String name = row.partition() + "@" + row.offset() + " " + row.text();
            // An order may come twice under one name, and only one of the two is accepted.
            if (row.log().equals(id) && !resolved.remove(String.valueOf(orders.get(name)))) {
                violations.add("row %s of a replay was applied, but no replay was resolved by it".formatted(name));
            }
        }
        resolved.forEach(order -> violations.add("replay %s was resolved, but its row is not there".formatted(order)));
    }

    private Map<String, List<String>> outputs() {
        Map<String, List<String>> outputs = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : log.committed(Workload.SINK)) {
            String value = new String(record.value(), StandardCharsets.UTF_8);
            if (!Counting.isTick(value)) {
                String item = value.substring(0, value.lastIndexOf(Counting.NUMBER));
                add(outputs, Workload.key(item) + "/" + Workload.account(item), item);
            }
        }
        return outputs;
    }

    private Map<String, List<String>> stagedByKey() {
        Map<String, List<String>> byKey = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : log.committed(staged)) {
            String item = text(record);
            add(byKey, Workload.key(item) + "/" + Workload.account(item), item);
        }
        return byKey;
    }

    private static String text(ConsumerRecord<byte[], byte[]> record) {
        return LogFormats.decode(StageRecord.parser(), record.value(), "staged")
                .getPayload()
                .toStringUtf8();
    }

    private static void add(Map<String, List<String>> map, String key, String value) {
        map.computeIfAbsent(key, k -> new ArrayList<>()).add(value);
    }
}
