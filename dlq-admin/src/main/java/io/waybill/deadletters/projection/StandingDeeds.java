package io.waybill.deadletters.projection;

import io.waybill.deadletters.DeadLetterLife;
import io.waybill.deadletters.DeadLetterLife.Event;
import io.waybill.deadletters.DeadLetters.Action;
import io.waybill.deadletters.DeadLetters.Status;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What people did to an open dead letter that still stands: a revision newer than the one that failed, an order that
 * was not answered. Works in the transaction of a caller that holds the dead letter's row.
 */
public final class StandingDeeds {

    private final JdbcClient jdbc;

    public StandingDeeds(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The status after these deeds; {@code status} itself unless it is OPEN. */
    public Status appliedTo(Status status, String id, int attempt) {
        if (status != Status.OPEN) {
            return status;
        }
        Deeds deeds = jdbc.sql("""
                        select d.failed_revision < coalesce((select max(v.number) from waybill.dead_letter_revision v
                                                             where v.dead_letter_id = d.id), 0) as untried_edit,
                               (select r.action from waybill.replay r
                                where r.dead_letter_id = d.id and r.attempt = :next and r.given_up_at is null
                                  and not exists (select from waybill.replay_outcome o where o.replay_id = r.id)
                                order by r.requested_at desc limit 1) as ordered
                        from waybill.dead_letter d where d.id = :id""")
                .param("id", id)
                .param("next", attempt + 1)
                .query((row, n) -> new Deeds(row.getBoolean("untried_edit"), action(row.getString("ordered"))))
                .single();
        Status edited = deeds.untriedEdit() ? after(status, Event.EDIT) : status;
        return switch (deeds.ordered()) {
            case null -> edited;
            case REPLAY -> after(edited, Event.REQUEST_REPLAY);
            case DISCARD -> after(edited, Event.REQUEST_DISCARD);
            case LET_GO -> after(edited, Event.REQUEST_LET_GO);
        };
    }

    private static Status after(Status status, Event event) {
        return DeadLetterLife.after(status, event).orElseThrow();
    }

    private static @Nullable Action action(@Nullable String name) {
        return name == null ? null : Action.valueOf(name);
    }

    private record Deeds(boolean untriedEdit, @Nullable Action ordered) {}
}
