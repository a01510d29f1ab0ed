package io.waybill.tracking.projection;

import io.waybill.format.LogFormats;
import io.waybill.format.TrackingId;
import io.waybill.format.UnreadableLogException;
import io.waybill.format.v1.Incident;
import io.waybill.projection.Projection;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.LongStream;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Keeps incidents as their topic tells them. Closing is final; a closed one outlives the log's compaction here. */
public final class IncidentProjection implements Projection {

    /** Its name in {@code waybill.tracking_position}. */
    public static final String NAME = "incidents";

    private static final String MERGE = """
            INSERT INTO waybill.incident AS known (id, kind, open, pipeline, stage, partition, tracking_id, operator,
                code, title, detail, opened_at, closed_at, closed_by, retryable, cause)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET
                kind = excluded.kind, open = excluded.open, pipeline = excluded.pipeline, stage = excluded.stage,
                partition = excluded.partition, tracking_id = excluded.tracking_id, operator = excluded.operator,
                code = excluded.code, title = excluded.title, detail = excluded.detail,
                opened_at = excluded.opened_at, closed_at = excluded.closed_at, closed_by = excluded.closed_by,
                retryable = excluded.retryable, cause = excluded.cause
            WHERE known.open
            """;

    private final String topic;
    private final PositionedTransaction transaction;

    public IncidentProjection(String topic, DataSource dataSource) {
        this.topic = topic;
        this.transaction = new PositionedTransaction(NAME, dataSource);
    }

    @Override
    public Set<String> topics() {
        return Set.of(topic);
    }

    @Override
    public Map<TopicPartition, Long> positions() {
        return transaction.positions();
    }

    @Override
    public boolean apply(
            TopicPartition partition, long expected, long next, List<ConsumerRecord<byte[], byte[]>> records) {
        List<Row> rows = records.stream()
                .filter(record -> record.value() != null)
                .map(IncidentProjection::read)
                .toList();
        Instant newest = StoredTime.of(rows.stream()
                .flatMapToLong(row -> LongStream.of(row.incident.getOpenedAtMs(), row.incident.getClosedAtMs()))
                .max()
                .orElse(0));
        return transaction.apply(partition, expected, next, newest, connection -> write(rows, connection));
    }

    private record Row(Incident incident, @Nullable TrackingId trackingId) {}

    private static Row read(ConsumerRecord<byte[], byte[]> record) {
        String what = record.topic() + "-" + record.partition() + "@" + record.offset();
        Incident incident = LogFormats.decode(Incident.parser(), Objects.requireNonNull(record.value()), what);
        try {
            boolean ofFlow = !incident.getTrackingId().isEmpty();
            return new Row(incident, ofFlow ? TrackingId.of(incident.getTrackingId()) : null);
        } catch (IllegalArgumentException e) {
            throw UnreadableLogException.malformed(what, e);
        }
    }

    private static void write(List<Row> rows, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(MERGE)) {
            for (Row row : rows) {
                bind(statement, row);
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    private static void bind(PreparedStatement statement, Row row) throws SQLException {
        Incident incident = row.incident;
        statement.setString(1, StoredText.bounded(incident.getId(), StoredText.ID));
        statement.setString(2, incident.getKind().name());
        statement.setBoolean(3, incident.getOpen());
        statement.setString(4, StoredText.bounded(incident.getPipeline(), StoredText.LINE));
        statement.setString(5, StoredText.bounded(incident.getStage(), StoredText.LINE));
        statement.setInt(6, incident.getPartition());
        statement.setObject(7, row.trackingId == null ? null : row.trackingId.value(), Types.OTHER);
        statement.setString(8, StoredText.line(incident.getOperator()));
        statement.setString(9, StoredText.bounded(incident.getCode(), StoredText.LINE));
        statement.setString(10, StoredText.bounded(incident.getTitle(), StoredText.LINE));
        statement.setString(11, StoredText.bounded(incident.getDetail(), StoredText.PROSE));
        statement.setObject(12, StoredTime.of(incident.getOpenedAtMs()).atOffset(ZoneOffset.UTC));
        boolean closed = incident.getClosedAtMs() != 0;
        statement.setObject(13, closed ? StoredTime.of(incident.getClosedAtMs()).atOffset(ZoneOffset.UTC) : null);
        statement.setString(14, StoredText.line(incident.getClosedBy()));
        statement.setBoolean(15, incident.getRetryable());
        statement.setString(16, StoredText.bounded(incident.getCause(), StoredText.ID));
    }
}
