package io.waybill.testkit.engine;

import io.waybill.format.LogFormats;
import io.waybill.format.v1.DeadLetterEvent;
import io.waybill.format.v1.Incident;
import io.waybill.testkit.log.SimLog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What was quarantined has an open incident for as long as its dead letter is open, and nothing else has one (I7). */
final class QuarantineCheck {

    private final SimLog log;

    QuarantineCheck(SimLog log) {
        this.log = log;
    }

    List<String> check() {
        Set<String> open = open();
        List<String> violations = new ArrayList<>();
        Set<String> told = new TreeSet<>();
        for (Incident incident : openIncidents()) {
            String cause = incident.getCause();
            told.add(cause.substring(cause.lastIndexOf('/') + 1));
        }
        if (!told.equals(open)) {
            violations.add(
                    "expected open incidents of the quarantined dead letters %s, but were of %s".formatted(open, told));
        }
        return violations;
    }

    /** Whether a timer was taken for what ended its owners. */
    boolean tookATimer() {
        return log.committed(SimulatedEngine.TOPICS.deadLetters()).stream()
                .map(record -> LogFormats.decode(DeadLetterEvent.parser(), record.value(), "dead letters"))
                .anyMatch(event -> event.getCaptured().getErrorCode().equals("QUARANTINED")
                        && event.getCaptured().getEntry().startsWith("timer:"));
    }

    /** Dead letters that are not terminal and were quarantined once. */
    private Set<String> open() {
        Map<String, Boolean> quarantined = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : log.committed(SimulatedEngine.TOPICS.deadLetters())) {
            DeadLetterEvent event = LogFormats.decode(DeadLetterEvent.parser(), record.value(), "dead letters");
            String id = event.getDeadLetterId();
            if (event.hasCaptured()) {
                quarantined.merge(id, event.getCaptured().getErrorCode().equals("QUARANTINED"), Boolean::logicalOr);
            } else if (event.hasResolved() || event.hasDiscarded()) {
                quarantined.remove(id);
            }
        }
        quarantined.values().removeIf(was -> !was);
        return quarantined.keySet();
    }

    private Iterable<Incident> openIncidents() {
        Map<String, Incident> open = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : log.committed(SimulatedEngine.TOPICS.incidents())) {
            Incident incident = LogFormats.decode(Incident.parser(), record.value(), "incidents");
            if (incident.getKind() == Incident.Kind.QUARANTINED && incident.getOpen()) {
                open.put(incident.getId(), incident);
            } else {
                open.remove(incident.getId());
            }
        }
        return open.values();
    }
}
