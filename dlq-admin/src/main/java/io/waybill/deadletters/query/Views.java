package io.waybill.deadletters.query;

import io.waybill.deadletters.DeadLetters.Action;
import io.waybill.deadletters.DeadLetters.Behind;
import io.waybill.deadletters.DeadLetters.DeadLetterSummary;
import io.waybill.deadletters.DeadLetters.DeadLetterView;
import io.waybill.deadletters.DeadLetters.FailureGroup;
import io.waybill.deadletters.DeadLetters.HistoryEntry;
import io.waybill.deadletters.DeadLetters.ReplayStatus;
import io.waybill.deadletters.DeadLetters.ReplayView;
import io.waybill.deadletters.DeadLetters.RevisionView;
import io.waybill.deadletters.DeadLetters.Status;
import io.waybill.deadletters.query.JdbcDeadLetters.RevisionSummary;
import io.waybill.deadletters.storage.StoredHeaders;
import io.waybill.format.TrackingId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Rows as views. Stateless; the arguments are those of Spring's {@code RowMapper}. */
final class Views {

    private Views() {}

    static DeadLetterSummary summary(ResultSet row, int number) throws SQLException {
        return new DeadLetterSummary(
                row.getString("id"),
                new TrackingId(row.getObject("tracking_id", UUID.class)),
                row.getString("pipeline"),
                row.getInt("pipeline_version"),
                row.getString("stage"),
                row.getString("path"),
                row.getString("label"),
                Status.valueOf(row.getString("status")),
                row.getInt("attempt"),
                row.getString("operator"),
                row.getString("error_code"),
                row.getString("error_message"),
                row.getString("message_id"),
                row.getString("batch_id"),
                row.getInt("revision"),
                row.getLong("size_bytes"),
                instant(row, "first_failed_at"),
                instant(row, "last_failed_at"),
                row.getBoolean("in_sequence"),
                behind(row));
    }

    private static @Nullable Behind behind(ResultSet row) throws SQLException {
        int waiting = row.getInt("behind");
        return row.wasNull()
                ? null
                : new Behind(waiting, instantOrNull(row, "behind_since"), instant(row, "behind_at"));
    }

    static DeadLetterView deadLetter(ResultSet row, int number) throws SQLException {
        return new DeadLetterView(
                summary(row, number),
                row.getString("entry"),
                row.getString("error_type"),
                row.getString("stack_trace"),
                row.getInt("tries"),
                row.getString("source_topic"),
                row.getInt("source_partition"),
                row.getLong("source_offset"),
                row.getString("content_type"),
                row.getBytes("key"),
                StoredHeaders.read(row.getString("newest_headers")),
                row.getBytes("newest_payload"),
                row.getString("refusal"));
    }

    static FailureGroup group(ResultSet row, int number) throws SQLException {
        return new FailureGroup(
                row.getString("pipeline"),
                row.getString("operator"),
                row.getString("error_code"),
                row.getString("example"),
                row.getLong("count"),
                instant(row, "first_seen"),
                instant(row, "last_seen"));
    }

    static RevisionView revision(ResultSet row, int number) throws SQLException {
        return new RevisionView(
                row.getInt("number"),
                row.getString("author"),
                instant(row, "at"),
                row.getString("reason"),
                row.getBytes("payload"));
    }

    static RevisionSummary revisionSummary(ResultSet row, int number) throws SQLException {
        return new RevisionSummary(
                row.getInt("number"),
                row.getString("author"),
                instant(row, "at"),
                row.getString("reason"),
                row.getLong("size_bytes"));
    }

    static ReplayView replay(ResultSet row, int number) throws SQLException {
        return new ReplayView(
                row.getString("id"),
                row.getString("dead_letter_id"),
                row.getInt("attempt"),
                row.getInt("revision"),
                Action.valueOf(row.getString("action")),
                ReplayStatus.valueOf(row.getString("status")),
                row.getString("requested_by"),
                instant(row, "requested_at"),
                instantOrNull(row, "ended_at"),
                row.getString("detail"));
    }

    static HistoryEntry history(ResultSet row, int number) throws SQLException {
        return new HistoryEntry(
                instant(row, "at"),
                row.getString("who"),
                row.getString("what"),
                row.getInt("attempt"),
                row.getString("detail"));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static @Nullable Instant instantOrNull(ResultSet row, String column) throws SQLException {
        OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }
}
