package io.waybill.console.audit;

import io.waybill.audit.AuditEntry;
import io.waybill.audit.Deed.Action;
import io.waybill.console.frame.Link;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * An entry as the page shows it.
 *
 * @param what was done, in words
 * @param link to what it was done to; null where the console has no page of it
 * @param flow link to the flow; null where none is concerned
 * @param details each as "name value"
 */
record AuditRow(
        AuditEntry entry,
        String what,
        @Nullable String link,
        @Nullable String flow,
        List<String> details) {

    private static final JsonMapper JSON = JsonMapper.shared();

    static AuditRow of(AuditEntry entry) {
        return new AuditRow(
                entry,
                words(entry.action()),
                switch (entry.subjectKind()) {
                    case "DEAD_LETTER" ->
                        Link.to("dead-letters", entry.subject()).toString();
                    case "INCIDENT" -> Link.to("incidents").with("all", true).toString();
                    case "PIPELINE" -> Link.to("pipelines").toString();
                    default -> null;
                },
                entry.trackingId() == null
                        ? null
                        : Link.to("flows", entry.trackingId().toString()).toString(),
                JSON.readTree(entry.detail()).properties().stream()
                        .map(field -> field.getKey() + " " + field.getValue().asString())
                        .toList());
    }

    /** A later version may do what this one has no words for. */
    static String words(String action) {
        return Stream.of(Action.values())
                .filter(known -> known.name().equals(action))
                .findFirst()
                .map(AuditRow::words)
                .orElse(action);
    }

    static String words(Action action) {
        return switch (action) {
            case DEAD_LETTER_EDITED -> "edited a dead letter";
            case REPLAY_ORDERED -> "ordered a replay";
            case DISCARD_ORDERED -> "ordered to discard";
            case LET_GO_ORDERED -> "let go what waits behind";
            case INCIDENT_RETRY_ORDERED -> "ordered a retry";
            case IN_DOUBT_DECIDED -> "decided what was in doubt";
            case PIPELINE_ORDERED -> "gave a pipeline an order";
            case WEBHOOK_SENT_AGAIN -> "had a result sent again";
            case OTHER_ORDERED -> "ordered something of a later version";
        };
    }
}
