package io.waybill.testkit.engine;

import io.waybill.format.LogFormats;
import io.waybill.format.v1.Incident;
import io.waybill.testkit.log.SimLog;
import io.waybill.testkit.sink.SimSink;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The two-phase sink holds what the topic beside it holds, which other checks recompute: each row once, in its key's order. */
final class LedgerCheck {

    private final SimLog log;
    private final SimSink ledger;

    LedgerCheck(SimLog log, SimSink ledger) {
        this.log = log;
        this.ledger = ledger;
    }

    /** Nothing is prepared, no handle stands in the checkpoints topic, and no incident of a sink is open. */
    static boolean isResolved(SimLog log, SimSink ledger) {
        return ledger.prepared().isEmpty()
                && handles(log).isEmpty()
                && openIncidents(log).stream().noneMatch(LedgerCheck::isOfSink);
    }

    private static boolean isOfSink(Incident incident) {
        return incident.getKind() == Incident.Kind.SINK_UNRESOLVED || incident.getKind() == Incident.Kind.IN_DOUBT;
    }

    /** A checkpoint has passed, and the sink does not show it yet. */
    static boolean isBehind(SimLog log, SimSink ledger) {
        if (ledger.prepared().isEmpty()) {
            return false;
        }
        Set<String> passed = new HashSet<>();
        log.committed(Workload.SINK).forEach(record -> passed.add(new String(record.value(), StandardCharsets.UTF_8)));
        return ledger.prepared().stream().anyMatch(handle -> passed.containsAll(ledger.rowsOf(handle)));
    }

    List<String> rows() {
        List<String> violations = new ArrayList<>();
        Map<String, List<String>> expected = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : log.committed(Workload.SINK)) {
            add(expected, new String(record.value(), StandardCharsets.UTF_8));
        }
        Map<String, List<String>> actual = new TreeMap<>();
        ledger.committed().forEach(row -> add(actual, row.row()));
        expected.forEach((key, rows) -> {
            if (!rows.equals(actual.get(key))) {
                violations.add(
                        "rows of %s in the ledger: expected %s but found %s".formatted(key, rows, actual.get(key)));
            }
        });
        actual.keySet().stream()
                .filter(key -> !expected.containsKey(key))
                .forEach(key -> violations.add("nobody wrote the ledger's rows of " + key + ": " + actual.get(key)));
        return violations;
    }

    List<String> check() {
        List<String> violations = rows();
        if (!ledger.prepared().isEmpty()) {
            violations.add("still prepared at rest: " + ledger.prepared());
        }
        if (!handles(log).isEmpty()) {
            violations.add("the checkpoints topic still names " + handles(log));
        }
        // Those of quarantined records are open as long as their dead letters: QuarantineCheck knows which.
        openIncidents(log).stream()
                .filter(incident -> incident.getKind() != Incident.Kind.QUARANTINED)
                .forEach(incident -> violations.add("an incident is open at rest: " + incident.getDetail()));
        return violations;
    }

    /** Items of one key pass in the order of the topic's partition, which is that of their output's key. */
    private static void add(Map<String, List<String>> rows, String value) {
        rows.computeIfAbsent(
                        Workload.key(value) + "/" + (Counting.isTick(value) ? "tick" : Workload.account(value)),
                        k -> new ArrayList<>())
                .add(value);
    }

    private static List<String> handles(SimLog log) {
        Map<String, byte[]> last = new LinkedHashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : log.kept(SimulatedEngine.TOPICS.checkpoints())) {
            String key = new String(record.key(), StandardCharsets.UTF_8);
            if (record.value() == null) {
                last.remove(key);
            } else {
                last.put(key, record.value());
            }
        }
        return List.copyOf(last.keySet());
    }

    private static List<Incident> openIncidents(SimLog log) {
        Map<String, Incident> open = new LinkedHashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : log.committed(SimulatedEngine.TOPICS.incidents())) {
            Incident incident = LogFormats.decode(Incident.parser(), record.value(), "incidents");
            if (incident.getOpen()) {
                open.put(incident.getId(), incident);
            } else {
                open.remove(incident.getId());
            }
        }
        return List.copyOf(open.values());
    }
}
