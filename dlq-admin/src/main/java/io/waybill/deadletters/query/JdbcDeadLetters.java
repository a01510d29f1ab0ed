package io.waybill.deadletters.query;

import static io.waybill.deadletters.storage.StoredText.MESSAGE;

import io.waybill.deadletters.DeadLetters;
import io.waybill.deadletters.storage.StoredText;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads dead letters from Postgres; each method is one statement. */
public final class JdbcDeadLetters implements DeadLetters {

    private static final int MAX_LIMIT = 500;

    private static final String SUMMARY = """
            d.id, d.tracking_id, d.pipeline, d.pipeline_version, d.stage, d.path, d.label, d.status, d.attempt,
            d.operator, d.error_code, d.error_message, d.message_id, d.batch_id, d.size_bytes, d.first_failed_at,
            d.last_failed_at, d.in_sequence, d.behind_since, d.behind_at,
            case when d.in_sequence and d.status not in ('RESOLVED', 'DISCARDED') then d.behind end as behind, coalesce((select max(v.number) from waybill.dead_letter_revision v
                                        where v.dead_letter_id = d.id), 0) as revision""";

    private static final String DEAD_LETTER = "select " + SUMMARY + """
            , d.entry, d.error_type, d.stack_trace, d.tries, d.source_topic, d.source_partition, d.source_offset,
            d.content_type, d.key, coalesce(newest.headers, d.headers) as newest_headers,
            coalesce(newest.payload, d.payload) as newest_payload, refused.detail as refusal
            from waybill.dead_letter d
            left join lateral (select v.headers, v.payload from waybill.dead_letter_revision v
                               where v.dead_letter_id = d.id order by v.number desc limit 1) newest on true
            left join lateral (select r.status, r.detail from waybill.replay_status r
                               where r.dead_letter_id = d.id order by r.attempt desc, r.requested_at desc
                               limit 1) refused on refused.status = 'REFUSED'
            where d.original_attempt is not null and d.id = :id""";

    private static final String REVISIONS = """
            select * from (
                select 0 as number, 'original' as author, d.first_failed_at as at, null as reason, d.payload
                from waybill.dead_letter d where d.original_attempt is not null and d.id = :id
                union all
                select number, author, at, reason, payload
                from waybill.dead_letter_revision where dead_letter_id = :id) revision""";

    private final JdbcClient jdbc;

    /** @param reason null: none was given */
    public record RevisionSummary(
            int number, String author, Instant at, @Nullable String reason, long sizeBytes) {}

    public JdbcDeadLetters(DataSource dataSource) {
        jdbc = JdbcClient.create(dataSource);
    }

    @Override
    public Optional<DeadLetterView> deadLetter(String id) {
        return jdbc.sql(DEAD_LETTER)
                .param("id", stored(id))
                .query(Views::deadLetter)
                .optional();
    }

    @Override
    public DeadLetterPage deadLetters(DeadLetterFilter filter, @Nullable String cursor, int limit) {
        requireLimit(limit);
        Condition matching = Condition.of(filter);
        Condition condition = cursor == null ? matching : matching.after(Cursor.parse(cursor));
        List<DeadLetterSummary> found = jdbc.sql("select " + SUMMARY + " from waybill.dead_letter d where "
                        + condition.sql() + " order by d.first_failed_at desc, d.id desc limit :limit")
                .params(condition.parameters())
                .param("limit", limit + 1)
                .query(Views::summary)
                .list();
        if (found.size() <= limit) {
            return new DeadLetterPage(found, null);
        }
        DeadLetterSummary last = found.get(limit - 1);
        return new DeadLetterPage(
                List.copyOf(found.subList(0, limit)), new Cursor(last.firstFailedAt(), last.id()).toString());
    }

    @Override
    public long count(DeadLetterFilter filter) {
        Condition condition = Condition.of(filter);
        return jdbc.sql("select count(*) from waybill.dead_letter d where " + condition.sql())
                .params(condition.parameters())
                .query(Long.class)
                .single();
    }

    @Override
    public List<FailureGroup> groups(DeadLetterFilter filter, int limit) {
        requireLimit(limit);
        Condition condition = Condition.of(filter).and("d.status not in ('RESOLVED', 'DISCARDED')");
        return jdbc.sql("""
                        select d.pipeline, d.operator, d.error_code, count(*) as count,
                               (array_agg(d.error_message order by d.last_failed_at desc, d.id))[1] as example,
                               min(d.first_failed_at) as first_seen, max(d.last_failed_at) as last_seen
                        from waybill.dead_letter d
                        where %s
                        group by d.pipeline, d.operator, d.error_code
                        order by count(*) desc, d.pipeline, d.operator, d.error_code
                        limit :limit""".formatted(condition.sql()))
                .params(condition.parameters())
                .param("limit", limit)
                .query(Views::group)
                .list();
    }

    @Override
    public List<RevisionView> revisions(String id) {
        return jdbc.sql(REVISIONS + " order by number")
                .param("id", stored(id))
                .query(Views::revision)
                .list();
    }

    /** As {@link #revisions}, without the payloads. */
    public List<RevisionSummary> revisionSummaries(String id) {
        return jdbc.sql("select number, author, at, reason, octet_length(payload) as size_bytes from (" + REVISIONS
                        + ") summary order by number")
                .param("id", stored(id))
                .query(Views::revisionSummary)
                .list();
    }

    @Override
    public Optional<RevisionView> revision(String id, int number) {
        return jdbc.sql(REVISIONS + " where number = :number")
                .param("id", stored(id))
                .param("number", number)
                .query(Views::revision)
                .optional();
    }

    @Override
    public List<ReplayView> replaysOf(String deadLetterId) {
        return jdbc.sql("select * from waybill.replay_status where dead_letter_id = :id order by attempt, requested_at")
                .param("id", stored(deadLetterId))
                .query(Views::replay)
                .list();
    }

    public Optional<ReplayView> replay(String replayId) {
        return jdbc.sql("select * from waybill.replay_status where id = :id")
                .param("id", stored(replayId))
                .query(Views::replay)
                .optional();
    }

    @Override
    public List<HistoryEntry> history(String id) {
        return jdbc.sql("select at, who, what, attempt, detail from waybill.dead_letter_history"
                        + " where dead_letter_id = :id order by at, attempt, step")
                .param("id", stored(id))
                .query(Views::history)
                .list();
    }

    /** Text that Postgres would refuse matches nothing instead. */
    private static String stored(String id) {
        return StoredText.of(id, MESSAGE);
    }

    private static void requireLimit(int limit) {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("expected a limit from 1 to %d, but was %d".formatted(MAX_LIMIT, limit));
        }
    }
}
