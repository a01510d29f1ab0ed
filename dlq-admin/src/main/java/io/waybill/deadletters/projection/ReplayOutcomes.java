package io.waybill.deadletters.projection;

import static io.waybill.deadletters.storage.StoredText.MESSAGE;
import static io.waybill.deadletters.storage.StoredText.NAME;

import io.waybill.deadletters.projection.Decision.Outcome;
import io.waybill.deadletters.storage.StoredText;
import io.waybill.deadletters.storage.StoredTime;
import io.waybill.format.v1.DeadLetterEvent;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What became of orders, and the list of decisions behind it. Works in the caller's transaction. */
final class ReplayOutcomes {

    private final JdbcClient jdbc;

    ReplayOutcomes(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void record(DeadLetterEvent event, Decision decision) {
        String id = StoredText.of(event.getDeadLetterId(), MESSAGE);
        String replayId = StoredText.of(decision.replayId(), NAME);
        String detail = StoredText.orNull(decision.detail(), MESSAGE);
        jdbc.sql("""
                        insert into waybill.dead_letter_event (dead_letter_id, attempt, event, replay_id, at, detail)
                        values (:id, :attempt, :event, :replayId, :at, :detail)
                        on conflict do nothing""")
                .param("id", id)
                .param("attempt", event.getAttempt())
                .param("event", decision.event().name())
                .param("replayId", replayId)
                .param("at", StoredTime.ofMillis(event.getAtMs()))
                .param("detail", detail)
                .update();
        if (replayId.isEmpty()) {
            return;
        }
        Outcome outcome = decision.outcome();
        jdbc.sql("""
                        insert into waybill.replay_outcome as known (replay_id, dead_letter_id, attempt, revision,
                            action, rank, status, at, ended_at, detail)
                        values (:replayId, :id, :attempt, :revision, :action, :rank, :status, :at, :endedAt, :detail)
                        on conflict (replay_id) do update
                            set revision = excluded.revision, action = excluded.action, rank = excluded.rank,
                                status = excluded.status, ended_at = excluded.ended_at, detail = excluded.detail
                            where known.rank < excluded.rank""")
                .param("replayId", replayId)
                .param("id", id)
                .param("attempt", event.getAttempt())
                .param("revision", decision.revision())
                .param("action", decision.action().name())
                .param("rank", outcome.rank())
                .param("status", outcome.status().name())
                .param("at", StoredTime.ofMillis(event.getAtMs()))
                .param("endedAt", outcome.ended() ? StoredTime.ofMillis(event.getAtMs()) : null)
                .param("detail", detail)
                .update();
    }

    /** Orders for attempts that the engine decided by another order end here: it will not accept them (I7). */
    void supersede(DeadLetterEvent event, EnginePosition position) {
        jdbc.sql("""
                        insert into waybill.replay_outcome (replay_id, dead_letter_id, attempt, revision, action, rank,
                            status, at, ended_at, detail)
                        select id, dead_letter_id, attempt, revision, action, :rank, :status, :at, :at, :detail
                        from waybill.replay
                        where dead_letter_id = :id and attempt <= :decided and given_up_at is null
                        on conflict (replay_id) do nothing""")
                .param("id", StoredText.of(event.getDeadLetterId(), MESSAGE))
                .param("decided", position.lastDecidedAttempt())
                .param("rank", Outcome.SUPERSEDED.rank())
                .param("status", Outcome.SUPERSEDED.status().name())
                .param("at", StoredTime.ofMillis(event.getAtMs()))
                .param(
                        "detail",
                        "the engine had decided attempt %d already: %s".formatted(position.attempt(), position.state()))
                .update();
    }
}
