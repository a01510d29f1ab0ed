package io.waybill.tracking.webhook;

import io.waybill.format.TrackingId;
import io.waybill.format.v1.FlowResult;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The rows of deliveries. Safe for any thread, and for several processes. Times are the database's. */
final class WebhookDeliveries {

    private static final int LONGEST_ERROR = 500;

    private static final String ADD = """
            INSERT INTO waybill.webhook_delivery (target, tracking_id, number, pipeline, body) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (target, tracking_id, number) DO NOTHING
            """;

    /** Whoever takes one has it until its lease is over: then it is somebody else's, whatever became of the process. */
    private static final String CLAIM = """
            UPDATE waybill.webhook_delivery SET attempt = attempt + 1, due_at = now() + :lease * interval '1 ms'
            WHERE id IN (
                SELECT id FROM waybill.webhook_delivery
                WHERE target = :target AND state = 'PENDING' AND due_at <= now()
                ORDER BY due_at LIMIT :most FOR UPDATE SKIP LOCKED)
            RETURNING id, tracking_id, number, body, attempt
            """;

    private static final String SETTLE = """
            UPDATE waybill.webhook_delivery SET state = CAST(:state AS waybill.webhook_state), http_status = :status,
                error = :error, settled_at = now()
            WHERE id = :id AND attempt = :attempt AND state = 'PENDING'
            """;

    private static final String POSTPONE = """
            UPDATE waybill.webhook_delivery SET due_at = now() + :wait * interval '1 ms', http_status = :status, error = :error
            WHERE id = :id AND attempt = :attempt AND state = 'PENDING'
            """;

    private static final String SEND_AGAIN = """
            UPDATE waybill.webhook_delivery SET state = 'PENDING', attempt = 0, due_at = now(), settled_at = NULL,
                sent_again_by = :by
            WHERE id = :id AND state <> 'PENDING'
            """;

    private static final String FORGET = """
            DELETE FROM waybill.webhook_delivery WHERE id IN (
                SELECT id FROM waybill.webhook_delivery
                WHERE state = 'DELIVERED' AND settled_at < now() - :age * interval '1 ms' LIMIT 1000)
            """;

    private final JdbcClient jdbc;

    WebhookDeliveries(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** One attempt at one delivery, which is this process's until its lease is over. */
    record Claimed(long id, UUID trackingId, int number, String body, int attempt) {

        /** The same each time it is sent: by it receivers recognise what they have. */
        String webhookId() {
            return "flow_" + trackingId + "_" + number;
        }
    }

    /** When the target was first started. */
    Instant since(String target) {
        jdbc.sql("INSERT INTO waybill.webhook_target (name) VALUES (:name) ON CONFLICT (name) DO NOTHING")
                .param("name", target)
                .update();
        return jdbc.sql("SELECT since FROM waybill.webhook_target WHERE name = :name")
                .param("name", target)
                .query(OffsetDateTime.class)
                .single()
                .toInstant();
    }

    /** @throws IllegalStateException where as many are pending as may be: what comes next stays on the log */
    void requireRoom(String target, int most) {
        int pending = jdbc.sql("""
                        SELECT count(*) FROM (SELECT FROM waybill.webhook_delivery
                            WHERE target = :target AND state = 'PENDING' LIMIT :most) AS pending
                        """)
                .param("target", target)
                .param("most", most)
                .query(Integer.class)
                .single();
        if (pending >= most) {
            throw new IllegalStateException(
                    "expected fewer than %d pending deliveries of webhook target '%s': it does not take them"
                            .formatted(most, target));
        }
    }

    void add(String target, List<FlowResult> results, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(ADD)) {
            for (FlowResult result : results) {
                statement.setString(1, target);
                statement.setObject(2, TrackingId.of(result.getTrackingId()).value(), Types.OTHER);
                statement.setInt(3, result.getNumber());
                statement.setString(4, result.getPipeline());
                statement.setString(5, WebhookBody.of(result));
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    List<Claimed> claim(String target, int most, Duration lease) {
        return jdbc.sql(CLAIM)
                .param("target", target)
                .param("most", most)
                .param("lease", lease.toMillis())
                .query((row, number) -> new Claimed(
                        row.getLong("id"),
                        row.getObject("tracking_id", UUID.class),
                        row.getInt("number"),
                        row.getString("body"),
                        row.getInt("attempt")))
                .list();
    }

    void delivered(Claimed claimed, int status) {
        settle(claimed, "DELIVERED", status, null);
    }

    void giveUp(Claimed claimed, @Nullable Integer status, String error) {
        settle(claimed, "GIVEN_UP", status, error);
    }

    private void settle(Claimed claimed, String state, @Nullable Integer status, @Nullable String error) {
        jdbc.sql(SETTLE)
                .param("state", state)
                .param("status", status, Types.INTEGER)
                .param("error", bounded(error), Types.VARCHAR)
                .param("id", claimed.id())
                .param("attempt", claimed.attempt())
                .update();
    }

    void postpone(Claimed claimed, Duration wait, @Nullable Integer status, String error) {
        jdbc.sql(POSTPONE)
                .param("wait", wait.toMillis())
                .param("status", status, Types.INTEGER)
                .param("error", bounded(error), Types.VARCHAR)
                .param("id", claimed.id())
                .param("attempt", claimed.attempt())
                .update();
    }

    private static @Nullable String bounded(@Nullable String error) {
        if (error == null) {
            return null;
        }
        String stored = error.replace('\0', ' ');
        return stored.length() <= LONGEST_ERROR ? stored : stored.substring(0, LONGEST_ERROR);
    }

    /** @return whether it was settled before; false where it is pending, or there is none of this id */
    boolean sendAgain(long id, String by) {
        return jdbc.sql(SEND_AGAIN).param("id", id).param("by", by).update() == 1;
    }

    void forgetDelivered(Duration age) {
        int unused = jdbc.sql(FORGET).param("age", age.toMillis()).update();
    }

    /**
     * Newest first.
     *
     * @param state null: all
     * @param before only those with a lesser id
     */
    List<Webhooks.DeliveryView> list(
            @Nullable String target, Webhooks.@Nullable DeliveryState state, long before, int limit) {
        return jdbc.sql("""
                        SELECT * FROM waybill.webhook_delivery
                        WHERE id < :before AND (CAST(:target AS text) IS NULL OR target = :target)
                            AND (CAST(:state AS text) IS NULL OR state = CAST(:state AS waybill.webhook_state))
                        ORDER BY id DESC LIMIT :limit
                        """)
                .param("before", before)
                .param("target", target, Types.VARCHAR)
                .param("state", state == null ? null : state.name(), Types.VARCHAR)
                .param("limit", limit)
                .query((row, number) -> view(row))
                .list();
    }

    Webhooks.@Nullable DeliveryView find(long id) {
        return jdbc.sql("SELECT * FROM waybill.webhook_delivery WHERE id = :id")
                .param("id", id)
                .query((row, number) -> view(row))
                .optional()
                .orElse(null);
    }

    private static Webhooks.DeliveryView view(ResultSet row) throws SQLException {
        Webhooks.DeliveryState state = Webhooks.DeliveryState.valueOf(row.getString("state"));
        return new Webhooks.DeliveryView(
                row.getLong("id"),
                row.getString("target"),
                new TrackingId(row.getObject("tracking_id", UUID.class)),
                row.getInt("number"),
                row.getString("pipeline"),
                state,
                row.getInt("attempt"),
                row.getObject("http_status", Integer.class),
                row.getString("error"),
                instant(row, "created_at"),
                state == Webhooks.DeliveryState.PENDING ? instant(row, "due_at") : null,
                instant(row, "settled_at"),
                row.getString("sent_again_by"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }
}
