package io.waybill.tracking.projection;

import io.waybill.format.TrackingId;
import io.waybill.format.v1.Received;
import io.waybill.format.v1.Waiting;
import io.waybill.tracking.FlowQueries.FlowStatus;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One row of {@code flow}, while a batch is merged into it. All merging of flows is here, so that it is the same for a
 * new flow and for a known one: the position's row lock leaves each flow one writer at a time.
 */
final class TrackedFlow implements BinaryCopy.Row {

    static final String COLUMNS = "tracking_id, pipeline, pipeline_version, status, received_at, told_by, source_topic,"
            + " source_partition, source_offset, message_id, batch_id, name, size_bytes, duplicate_of, result_number,"
            + " leaves, succeeded, failed, open_dead_letters, settled_at, waiting_operator, waiting_error,"
            + " waiting_tries, waiting_until, waiting_since, caused_by";

    static final BinaryCopy COPY = new BinaryCopy("flow", COLUMNS);

    private final UUID trackingId;
    private String pipeline;
    private int pipelineVersion;
    private Origin origin = Origin.UNKNOWN;
    private @Nullable Settlement current;
    private @Nullable WaitingRow waiting;
    private @Nullable UUID duplicateOf;

    TrackedFlow(UUID trackingId, String pipeline, int pipelineVersion) {
        this.trackingId = trackingId;
        this.pipeline = StoredText.bounded(pipeline, StoredText.LINE);
        this.pipelineVersion = pipelineVersion;
    }

    static TrackedFlow from(ResultSet row) throws SQLException {
        UUID id = row.getObject("tracking_id", UUID.class);
        TrackedFlow flow = new TrackedFlow(id, row.getString("pipeline"), row.getInt("pipeline_version"));
        flow.origin = new Origin(
                row.getShort("told_by"),
                row.getString("source_topic"),
                row.getObject("source_partition", Integer.class),
                row.getObject("source_offset", Long.class),
                row.getString("message_id"),
                row.getString("batch_id"),
                row.getString("name"),
                row.getObject("size_bytes", Long.class),
                row.getObject("caused_by", UUID.class));
        flow.duplicateOf = row.getObject("duplicate_of", UUID.class);
        Instant settledAt = instant(row, "settled_at");
        if (settledAt != null) {
            flow.current = new Settlement(
                    id,
                    row.getInt("result_number"),
                    FlowStatus.valueOf(row.getString("status")),
                    row.getLong("leaves"),
                    row.getLong("succeeded"),
                    row.getLong("failed"),
                    row.getLong("open_dead_letters"),
                    settledAt);
        }
        Instant since = instant(row, "waiting_since");
        Instant until = instant(row, "waiting_until");
        if (since != null && until != null) {
            flow.waiting = new WaitingRow(
                    row.getString("waiting_operator"),
                    row.getString("waiting_error"),
                    row.getInt("waiting_tries"),
                    until,
                    since);
        }
        return flow;
    }

    /** In which it began. */
    String pipeline() {
        return pipeline;
    }

    UUID trackingId() {
        return trackingId;
    }

    void runBy(String pipelineName, int version) {
        if (pipeline.isEmpty()) {
            pipeline = StoredText.bounded(pipelineName, StoredText.LINE);
        }
        pipelineVersion = Math.max(pipelineVersion, version);
    }

    void received(Received received) {
        origin = origin.merge(Origin.of(received));
    }

    void originatesFrom(Origin other) {
        origin = origin.merge(other);
    }

    void duplicateOf(TrackingId first) {
        duplicateOf = first.value();
    }

    /** For information only, so what is older than the current result or another wait is dropped. */
    void waits(Waiting event, Instant at) {
        boolean settledSince = current != null && !at.isAfter(current.at());
        boolean older = waiting != null && at.isBefore(waiting.since());
        if (!settledSince && !older) {
            waiting = WaitingRow.of(event, at);
        }
    }

    /** The greatest number is current. Clocks of two machines may differ, so a new result ends any wait. */
    void settled(Settlement settlement) {
        if (current == null || settlement.number() > current.number()) {
            current = settlement;
            waiting = null;
        }
    }

    @Override
    public void writeTo(BinaryCopy.Fields out) {
        Settlement settled = current;
        WaitingRow waits = waiting;
        out.uuid(trackingId)
                .text(pipeline)
                .int4(pipelineVersion)
                .text((settled == null ? FlowStatus.IN_PROGRESS : settled.status()).name())
                .timestamp(Instant.ofEpochMilli(trackingId.getMostSignificantBits() >>> 16))
                .int2(origin.toldBy())
                .text(origin.topic())
                .int4(origin.partition())
                .int8(origin.offset())
                .text(origin.messageId())
                .text(origin.batchId())
                .text(origin.name())
                .int8(origin.sizeBytes())
                .uuid(duplicateOf)
                .int4(settled == null ? 0 : settled.number())
                .int8(settled == null ? 0 : settled.leaves())
                .int8(settled == null ? 0 : settled.succeeded())
                .int8(settled == null ? 0 : settled.failed())
                .int8(settled == null ? 0 : settled.openDeadLetters())
                .timestamp(settled == null ? null : settled.at())
                .text(waits == null ? null : waits.operator())
                .text(waits == null ? null : waits.error())
                .int4(waits == null ? null : waits.tries())
                .timestamp(waits == null ? null : waits.until())
                .timestamp(waits == null ? null : waits.since())
                .uuid(origin.causedBy());
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
