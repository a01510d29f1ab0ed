package io.waybill.deadletters.outbox;

import static io.waybill.deadletters.storage.StoredText.MESSAGE;

import io.waybill.deadletters.DeadLetterLife;
import io.waybill.deadletters.DeadLetterLife.Event;
import io.waybill.deadletters.DeadLetters.Action;
import io.waybill.deadletters.DeadLetters.Status;
import io.waybill.deadletters.projection.StandingDeeds;
import io.waybill.deadletters.storage.StoredText;
import io.waybill.format.TrackingId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The outbox's rows. Works in the caller's transaction, which holds what it claimed until it ends. Time is the
 * database's, so that instances with different clocks agree.
 */
final class OutboxRows {

    private final JdbcClient jdbc;
    private final StandingDeeds deeds;

    OutboxRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
        this.deeds = new StandingDeeds(jdbc);
    }

    /**
     * Claims the oldest orders that are due and that no other instance holds. A dead letter has at most one unanswered
     * order, so their order for each dead letter is kept.
     */
    List<ClaimedOrder> claim(int limit) {
        return jdbc.sql("""
                        select r.id, r.dead_letter_id, d.pipeline, d.stage, d.partition, r.tries
                        from waybill.replay r
                        join waybill.dead_letter d on d.id = r.dead_letter_id
                        where r.sent_at is null and r.given_up_at is null and r.next_try_at <= clock_timestamp()
                          and not exists (select from waybill.replay_outcome o where o.replay_id = r.id)
                        order by r.requested_at, r.id
                        limit :limit
                        for update of r skip locked""")
                .param("limit", limit)
                .query((row, n) -> new ClaimedOrder(
                        row.getString("id"),
                        row.getString("dead_letter_id"),
                        row.getString("pipeline"),
                        row.getString("stage"),
                        row.getInt("partition"),
                        row.getInt("tries")))
                .list();
    }

    /** One at a time: payloads may be large. */
    OrderContent load(ClaimedOrder order) {
        return jdbc.sql("""
                        select r.id, r.dead_letter_id, d.tracking_id, r.attempt, r.revision, r.action, r.requested_by,
                               r.requested_at, r.reason, d.key,
                               case r.revision when 0 then d.headers else v.headers end as headers,
                               case r.revision when 0 then d.payload else v.payload end as payload
                        from waybill.replay r
                        join waybill.dead_letter d on d.id = r.dead_letter_id
                        left join waybill.dead_letter_revision v
                            on v.dead_letter_id = r.dead_letter_id and v.number = r.revision
                        where r.id = :id""").param("id", order.id()).query(OutboxRows::content).single();
    }

    void markSent(List<String> ids) {
        jdbc.sql("update waybill.replay set sent_at = clock_timestamp(), last_error = null where id in (:ids)")
                .param("ids", ids)
                .update();
    }

    void tryAgain(ClaimedOrder order, String error, Duration wait) {
        jdbc.sql("""
                        update waybill.replay
                        set tries = tries + 1, last_error = :error,
                            next_try_at = clock_timestamp() + :millis * interval '1 millisecond'
                        where id = :id""")
                .param("id", order.id())
                .param("error", StoredText.of(error, MESSAGE))
                .param("millis", wait.toMillis())
                .update();
    }

    /** The order can never be sent: it ends, and its dead letter is the people's again. */
    void giveUp(ClaimedOrder order, String error) {
        jdbc.sql("""
                        update waybill.replay
                        set tries = tries + 1, last_error = :error, given_up_at = clock_timestamp() where id = :id""")
                .param("id", order.id())
                .param("error", StoredText.of(error, MESSAGE))
                .update();
        Head head = jdbc.sql("select status, attempt from waybill.dead_letter where id = :id for update")
                .param("id", order.deadLetterId())
                .query((row, n) -> new Head(Status.valueOf(row.getString("status")), row.getInt("attempt")))
                .single();
        Status refused = DeadLetterLife.after(head.status(), Event.REFUSED).orElseThrow();
        jdbc.sql("update waybill.dead_letter set status = :status where id = :id")
                .param("id", order.deadLetterId())
                .param(
                        "status",
                        deeds.appliedTo(refused, order.deadLetterId(), head.attempt())
                                .name())
                .update();
    }

    private static OrderContent content(ResultSet row, int number) throws SQLException {
        return new OrderContent(
                row.getString("id"),
                row.getString("dead_letter_id"),
                new TrackingId(row.getObject("tracking_id", UUID.class)),
                row.getInt("attempt"),
                row.getInt("revision"),
                Action.valueOf(row.getString("action")),
                row.getString("requested_by"),
                row.getObject("requested_at", OffsetDateTime.class).toInstant(),
                row.getString("reason"),
                row.getBytes("key"),
                row.getString("headers"),
                row.getBytes("payload"));
    }

    private record Head(Status status, int attempt) {}
}
