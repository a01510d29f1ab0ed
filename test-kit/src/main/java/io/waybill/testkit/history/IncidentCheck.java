package io.waybill.testkit.history;

import io.waybill.format.LogFormats;
import io.waybill.format.Topics;
import io.waybill.format.TrackingId;
import io.waybill.format.v1.Incident;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Incidents: what stopped was noticed and went on, nothing halted, and a closed one stays closed (I7). */
final class IncidentCheck {

    private final History.Content content;
    private final Topics topics;
    private final Violations violations;
    private final Map<String, Incident> last = new LinkedHashMap<>();

    IncidentCheck(History.Content content, Topics topics, Violations violations) {
        this.content = content;
        this.topics = topics;
        this.violations = violations;
    }

    void check(Set<TrackingId> known) {
        for (ConsumerRecord<byte[], byte[]> record : content.committed(topics.incidents())) {
            Incident incident = LogFormats.decode(Incident.parser(), record.value(), "incidents");
            Incident before = last.put(incident.getId(), incident);
            if (before != null && !before.getOpen() && incident.getOpen()) {
                violations.add("an incident was opened again after it was closed: " + describe(incident));
            }
            if (incident.getKind() == Incident.Kind.TASK_HALTED && incident.getOpen()) {
                violations.add("a task halted without a reason (R9): " + describe(incident));
            }
            if (incident.getKind() == Incident.Kind.TASK_STOPPED
                    && !known.contains(TrackingId.of(incident.getTrackingId()))) {
                violations.add("a task stopped before a record that nobody sent: " + describe(incident));
            }
        }
        for (Incident incident : last.values()) {
            if (incident.getOpen() && incident.getKind() == Incident.Kind.TASK_STOPPED) {
                violations.add("a stopped task was never released: " + describe(incident));
            }
        }
    }

    private static String describe(Incident incident) {
        return "%s %s: %s".formatted(incident.getId(), incident.getCode(), incident.getDetail());
    }
}
