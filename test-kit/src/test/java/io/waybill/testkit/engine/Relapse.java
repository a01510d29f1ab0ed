package io.waybill.testkit.engine;

import io.waybill.format.LogFormats;
import io.waybill.format.v1.DeadLetterEvent;
import io.waybill.format.v1.Incident;
import io.waybill.testkit.log.SimLog;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What may be told of where the log lost all that said some records are done, so that they are run again and nobody could
 * know. They fare as they did before: one that ends its owners ends them again and is quarantined again, and a thread that
 * failed again and again over such works in the end.
 */
final class Relapse {

    private static final String QUARANTINED = "QUARANTINED";

    private final Map<String, String> quarantined;
    private final Set<String> open;
    private final Predicate<String> endsOwners;

    /**
     * @param incidents in their order, each as it was told of
     * @param quarantined payloads, by dead letter
     * @param endsOwners whether a record of this payload ended an owner by itself
     */
    Relapse(List<Incident> incidents, Map<String, String> quarantined, Predicate<String> endsOwners) {
        this.quarantined = quarantined;
        this.endsOwners = endsOwners;
        this.open = new TreeSet<>();
        for (Incident incident : incidents) {
            if (incident.getOpen()) {
                open.add(incident.getId());
            } else {
                open.remove(incident.getId());
            }
        }
    }

    static Relapse of(SimLog log, List<Incident> incidents, Predicate<String> endsOwners) {
        Map<String, String> quarantined = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : log.committed(SimulatedEngine.TOPICS.deadLetters())) {
            DeadLetterEvent event = LogFormats.decode(DeadLetterEvent.parser(), record.value(), "dead letters");
            if (event.getCaptured().getErrorCode().equals(QUARANTINED)) {
                quarantined.put(
                        event.getDeadLetterId(),
                        event.getCaptured().getPayload().toStringUtf8());
            }
        }
        return new Relapse(incidents, quarantined, endsOwners);
    }

    boolean explains(Incident incident) {
        return switch (incident.getKind()) {
            case QUARANTINED -> {
                String cause = incident.getCause();
                String payload = quarantined.get(cause.substring(cause.lastIndexOf('/') + 1));
                yield payload != null && endsOwners.test(payload);
            }
            case THREAD_FAILED, FLOW_OVERDUE -> !open.contains(incident.getId());
            case TASK_STOPPED,
                    TASK_HALTED,
                    CONFIGURATION,
                    SINK_UNRESOLVED,
                    IN_DOUBT,
                    CALLS_STUCK,
                    KIND_UNSPECIFIED,
                    UNRECOGNIZED -> false;
        };
    }
}
