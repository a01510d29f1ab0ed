package io.waybill.tracking.query;

import io.waybill.format.LogFormats;
import io.waybill.format.v1.Control;
import io.waybill.log.LogWriter;
import io.waybill.tracking.Incidents;
import io.waybill.tracking.OrderNotAcknowledgedException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads incidents from their table; writes orders to the control topic, which every processing thread reads. */
public final class JdbcIncidents implements Incidents {

    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final JdbcClient jdbc;
    private final LogWriter writer;
    private final String controlTopic;
    private final InstantSource clock;

    /** @param writer belongs to the caller, who closes it */
    public JdbcIncidents(JdbcClient jdbc, LogWriter writer, String controlTopic, InstantSource clock) {
        this.jdbc = jdbc;
        this.writer = writer;
        this.controlTopic = controlTopic;
        this.clock = clock;
    }

    @Override
    public List<IncidentView> incidents(boolean openOnly, int limit) {
        Paging.checked(limit);
        String condition = openOnly ? " WHERE open" : "";
        return jdbc.sql("SELECT * FROM waybill.incident" + condition + " ORDER BY opened_at DESC, id LIMIT " + limit)
                .query((row, number) -> view(row))
                .list();
    }

    @Override
    public Optional<IncidentView> incident(String id) {
        return jdbc.sql("SELECT * FROM waybill.incident WHERE id = :id")
                .param("id", id.replace('\0', '\uFFFD'))
                .query((row, number) -> view(row))
                .optional();
    }

    @Override
    public void retry(String id, String requestedBy) {
        IncidentView incident = open(id);
        if (!incident.retryable()) {
            throw new IllegalStateException("expected an incident that can be retried, but %s is one of kind %s"
                    .formatted(id, incident.kind()));
        }
        send(order(requestedBy)
                .setRetryIncident(Control.RetryIncident.newBuilder()
                        .setIncidentId(incident.id())
                        .setPipeline(incident.pipeline())
                        .setStage(incident.stage())
                        .setPartition(incident.partition()))
                .build());
    }

    @Override
    public void decide(String id, Decision decision, String requestedBy) {
        IncidentView incident = open(id);
        if (!incident.decidable()) {
            throw new IllegalStateException("expected an incident of something in doubt, but %s is one of kind %s"
                    .formatted(id, incident.kind()));
        }
        send(order(requestedBy)
                .setDecideInDoubt(Control.DecideInDoubt.newBuilder()
                        .setIncidentId(incident.id())
                        .setPipeline(incident.pipeline())
                        .setDecision(
                                switch (decision) {
                                    case COMMIT -> Control.DecideInDoubt.Decision.COMMIT;
                                    case ROLL_BACK -> Control.DecideInDoubt.Decision.ROLL_BACK;
                                }))
                .build());
    }

    private IncidentView open(String id) {
        IncidentView incident = incident(id)
                .orElseThrow(() -> new NoSuchElementException("expected an incident, but there is none of id " + id));
        if (!incident.open()) {
            throw new IllegalStateException("expected an open incident, but %s was closed at %s by %s"
                    .formatted(id, incident.closedAt(), incident.closedBy()));
        }
        return incident;
    }

    private Control.Builder order(String requestedBy) {
        return Control.newBuilder()
                .setId(UUID.randomUUID().toString())
                .setRequestedBy(requestedBy)
                .setRequestedAtMs(clock.millis());
    }

    /** All orders go to partition 0: every thread reads all of them, in one order. */
    private void send(Control order) {
        byte[] key = order.getId().getBytes(StandardCharsets.UTF_8);
        try {
            writer.send(new ProducerRecord<>(controlTopic, 0, key, LogFormats.encode(order)))
                    .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw OrderNotAcknowledgedException.of(controlTopic, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw OrderNotAcknowledgedException.of(controlTopic, e);
        }
    }

    private static IncidentView view(ResultSet row) throws SQLException {
        return new IncidentView(
                row.getString("id"),
                row.getString("kind"),
                row.getBoolean("open"),
                row.getString("pipeline"),
                row.getString("stage"),
                row.getInt("partition"),
                Columns.trackingIdOrNull(row, "tracking_id"),
                row.getString("operator"),
                row.getString("code"),
                row.getString("title"),
                row.getString("detail"),
                Columns.instant(row, "opened_at"),
                Columns.instantOrNull(row, "closed_at"),
                row.getString("closed_by"),
                row.getBoolean("retryable"));
    }
}
