package io.waybill.audit.projection;

import io.waybill.audit.AuditLog;
import io.waybill.audit.Deed;
import io.waybill.audit.Deed.Action;
import io.waybill.format.LogFormats;
import io.waybill.format.v1.Control;
import io.waybill.projection.JdbcPositions;
import io.waybill.projection.Projection;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Orders that people write to the control topic: the record is the change, so its entry follows it from there. Position
 * and entries are one transaction (R12), and the id of the order makes it one entry even where the position is lost.
 */
public final class ControlProjection implements Projection {

    private static final String NAME = "audit-control";

    private final String topic;
    private final JdbcPositions positions = new JdbcPositions("waybill.audit_position");
    private final AuditLog log = new AuditLog();
    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;

    /** @param topic of orders */
    public ControlProjection(String topic, DataSource dataSource) {
        this.topic = topic;
        this.jdbc = new JdbcTemplate(dataSource);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        // A rival's commit must be seen by the compare-and-set, whatever the pool's default isolation is.
        transaction.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
        transaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
    }

    @Override
    public Set<String> topics() {
        return Set.of(topic);
    }

    @Override
    public Map<TopicPartition, Long> positions() {
        return in(connection -> positions.load(connection, NAME));
    }

    @Override
    public boolean apply(
            TopicPartition partition, long expected, long next, List<ConsumerRecord<byte[], byte[]>> records) {
        List<Deed> deeds = records.stream()
                .filter(record -> record.value() != null)
                .map(ControlProjection::deed)
                .toList();
        return Boolean.TRUE.equals(transaction.execute(status -> in(connection -> {
            if (!positions.advance(connection, NAME, partition, expected, next)) {
                status.setRollbackOnly();
                return false;
            }
            enter(connection, deeds);
            return true;
        })));
    }

    private void enter(Connection connection, List<Deed> deeds) throws SQLException {
        for (Deed deed : deeds) {
            boolean unused = log.append(connection, deed);
        }
    }

    private static Deed deed(ConsumerRecord<byte[], byte[]> record) {
        String what = record.topic() + "-" + record.partition() + "@" + record.offset();
        Control order = LogFormats.decode(Control.parser(), Objects.requireNonNull(record.value()), what);
        return switch (order.getCommandCase()) {
            case RETRY_INCIDENT ->
                deed(
                        order,
                        Action.INCIDENT_RETRY_ORDERED,
                        order.getRetryIncident().getIncidentId(),
                        order.getRetryIncident().getPipeline(),
                        null,
                        Map.of(
                                "stage", order.getRetryIncident().getStage(),
                                "partition", order.getRetryIncident().getPartition()));
            case DECIDE_IN_DOUBT ->
                deed(
                        order,
                        Action.IN_DOUBT_DECIDED,
                        order.getDecideInDoubt().getIncidentId(),
                        order.getDecideInDoubt().getPipeline(),
                        null,
                        Map.of(
                                "decision",
                                order.getDecideInDoubt().getDecision().name()));
            case PIPELINE_ORDER ->
                deed(
                        order,
                        Action.PIPELINE_ORDERED,
                        order.getPipelineOrder().getPipeline(),
                        order.getPipelineOrder().getPipeline(),
                        order.getPipelineOrder().getReason(),
                        Map.of("wanted", order.getPipelineOrder().getWanted().name()));
            case COMMAND_NOT_SET ->
                deed(
                        order,
                        Action.OTHER_ORDERED,
                        order.getId(),
                        "",
                        null,
                        Map.of("record", Base64.getEncoder().encodeToString(record.value())));
        };
    }

    private static Deed deed(
            Control order,
            Action action,
            String subject,
            String pipeline,
            @Nullable String reason,
            Map<String, Object> detail) {
        return new Deed(
                order.getId(),
                Instant.ofEpochMilli(order.getRequestedAtMs()),
                order.getRequestedBy().isBlank() ? "unknown" : order.getRequestedBy(),
                action,
                subject.isBlank() ? "unknown" : subject,
                pipeline.isBlank() ? null : pipeline,
                null,
                reason == null || reason.isBlank() ? null : reason,
                detail);
    }

    private <T> T in(ConnectionCallback<T> work) {
        return Objects.requireNonNull(jdbc.execute(work));
    }
}
