package io.waybill.deadletters.projection;

import static io.waybill.deadletters.storage.StoredText.MESSAGE;
import static io.waybill.deadletters.storage.StoredText.NAME;
import static io.waybill.deadletters.storage.StoredText.STACK_TRACE;
import static java.util.stream.Collectors.joining;

import io.waybill.deadletters.DeadLetterLife;
import io.waybill.deadletters.DeadLetters.Status;
import io.waybill.deadletters.projection.EnginePosition.State;
import io.waybill.deadletters.storage.StoredHeaders;
import io.waybill.deadletters.storage.StoredText;
import io.waybill.deadletters.storage.StoredTime;
import io.waybill.format.TrackingId;
import io.waybill.format.v1.Behind;
import io.waybill.format.v1.Captured;
import io.waybill.format.v1.DeadLetterEvent;
import io.waybill.pipeline.Headers;
import io.waybill.pipeline.Headers.Header;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Rows of {@code waybill.dead_letter}. Works in the caller's transaction. */
final class DeadLetterRows {

    private final JdbcClient jdbc;

    DeadLetterRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    record Row(EnginePosition position, Status status) {}

    /** Locks the row until the transaction ends. */
    Optional<Row> lock(DeadLetterEvent event) {
        return jdbc.sql("select attempt, engine_state, status from waybill.dead_letter where id = :id for update")
                .param("id", id(event))
                .query((row, n) -> new Row(
                        new EnginePosition(row.getInt("attempt"), State.valueOf(row.getString("engine_state"))),
                        Status.valueOf(row.getString("status"))))
                .optional();
    }

    /** Makes sure that there is a row; nobody sees it before a capture filled it in. */
    void create(DeadLetterEvent event, EnginePosition position) {
        jdbc.sql("""
                        insert into waybill.dead_letter (id, tracking_id, pipeline, pipeline_version, stage, partition,
                            attempt, engine_state, status)
                        values (:id, :trackingId, :pipeline, :version, :stage, :partition, :attempt, :state, :status)
                        on conflict (id) do nothing""")
                .param("id", id(event))
                .param("trackingId", TrackingId.of(event.getTrackingId()).value())
                .param("pipeline", StoredText.of(event.getPipeline(), NAME))
                .param("version", event.getPipelineVersion())
                .param("stage", StoredText.of(event.getStage(), NAME))
                .param("partition", event.getPartition())
                .param("attempt", position.attempt())
                .param("state", position.state().name())
                .param(
                        "status",
                        DeadLetterLife.after(Status.OPEN, position.state().event())
                                .orElseThrow()
                                .name())
                .update();
    }

    void update(DeadLetterEvent event, EnginePosition position, Status status) {
        jdbc.sql("update waybill.dead_letter set attempt = :attempt, engine_state = :state, status = :status"
                        + " where id = :id")
                .param("id", id(event))
                .param("attempt", position.attempt())
                .param("state", position.state().name())
                .param("status", status.name())
                .update();
    }

    /** The earliest capture gives the original, the latest one the error. */
    void capture(DeadLetterEvent event) {
        original(event, event.getCaptured());
        failure(event, event.getCaptured());
        sequence(event, event.getCaptured().getInSequence());
        if (event.getCaptured().getRevision() > 0) {
            recoverRevision(event, event.getCaptured());
        }
    }

    private void original(DeadLetterEvent event, Captured captured) {
        jdbc.sql("""
                        update waybill.dead_letter
                        set original_attempt = :attempt, path = :path, label = :label, entry = :entry, key = :key,
                            headers = :headers, payload = :payload, size_bytes = :size, content_type = :contentType,
                            message_id = :messageId, batch_id = :batchId, source_topic = :topic,
                            source_partition = :sourcePartition, source_offset = :offset, first_failed_at = :failedAt
                        where id = :id and (original_attempt is null or original_attempt > :attempt)""")
                .param("id", id(event))
                .param("attempt", event.getAttempt())
                .param(
                        "path",
                        captured.getPathList().stream().map(String::valueOf).collect(joining(".")))
                .param("label", StoredText.orNull(captured.getLabel(), MESSAGE))
                .param("entry", StoredText.of(captured.getEntry(), NAME))
                .param("key", captured.getHasKey() ? captured.getKey().toByteArray() : null)
                .param("headers", StoredHeaders.write(headers(captured)))
                .param("payload", captured.getPayload().toByteArray())
                .param("size", captured.getPayload().size())
                .param("contentType", StoredText.of(captured.getContentType(), NAME))
                .param("messageId", StoredText.orNull(captured.getMessageId(), MESSAGE))
                .param("batchId", StoredText.orNull(captured.getBatchId(), MESSAGE))
                .param("topic", StoredText.of(captured.getSource().getTopic(), NAME))
                .param("sourcePartition", captured.getSource().getPartition())
                .param("offset", captured.getSource().getNextOffset())
                .param("failedAt", StoredTime.ofMillis(captured.getFirstFailedAtMs()))
                .update();
    }

    private void failure(DeadLetterEvent event, Captured captured) {
        jdbc.sql("""
                        update waybill.dead_letter
                        set failed_attempt = :attempt, failed_revision = :revision, pipeline_version = :version,
                            operator = :operator, error_code = :code, error_type = :type, error_message = :message,
                            stack_trace = :stackTrace, tries = :tries, last_failed_at = :failedAt
                        where id = :id and (failed_attempt is null or failed_attempt < :attempt)""")
                .param("id", id(event))
                .param("attempt", event.getAttempt())
                .param("revision", captured.getRevision())
                .param("version", event.getPipelineVersion())
                .param("operator", StoredText.of(captured.getOperator(), NAME))
                .param("code", StoredText.of(captured.getErrorCode(), NAME))
                .param("type", StoredText.of(captured.getErrorType(), MESSAGE))
                .param("message", StoredText.of(captured.getErrorMessage(), MESSAGE))
                .param("stackTrace", StoredText.of(captured.getStackTrace(), STACK_TRACE))
                .param("tries", captured.getTries())
                .param("failedAt", StoredTime.ofMillis(event.getAtMs()))
                .update();
    }

    /** Whether others wait for it; the latest attempt that says so or not knows. */
    void sequence(DeadLetterEvent event, boolean inSequence) {
        jdbc.sql("""
                        update waybill.dead_letter set in_sequence = :inSequence, sequence_attempt = :attempt
                        where id = :id and (sequence_attempt is null or sequence_attempt < :attempt)""")
                .param("id", id(event))
                .param("inSequence", inSequence)
                .param("attempt", event.getAttempt())
                .update();
    }

    /** Who waits behind it: the last that was told counts. */
    void behind(DeadLetterEvent event) {
        Behind told = event.getBehind();
        jdbc.sql(
                        "update waybill.dead_letter set behind = :waiting, behind_since = :since, behind_at = :at where id = :id")
                .param("id", id(event))
                .param("waiting", told.getWaiting())
                .param("since", told.getSinceMs() == 0 ? null : StoredTime.ofMillis(told.getSinceMs()))
                .param("at", StoredTime.ofMillis(event.getAtMs()))
                .update();
    }

    /** An edit that a lost database no longer knows, but that was replayed and failed, is on the log. */
    private void recoverRevision(DeadLetterEvent event, Captured captured) {
        jdbc.sql("""
                        insert into waybill.dead_letter_revision (dead_letter_id, number, based_on, attempt, author, at,
                            headers, payload)
                        values (:id, :number, :number - 1, :attempt, 'recovered from the log', :at, :headers, :payload)
                        on conflict do nothing""")
                .param("id", id(event))
                .param("number", captured.getRevision())
                .param("attempt", event.getAttempt() - 1)
                .param("at", StoredTime.ofMillis(event.getAtMs()))
                .param("headers", StoredHeaders.write(headers(captured)))
                .param("payload", captured.getPayload().toByteArray())
                .update();
    }

    private static Headers headers(Captured captured) {
        return new Headers(captured.getHeadersList().stream()
                .map(header -> new Header(
                        header.getKey(), header.hasValue() ? header.getValue().toByteArray() : null))
                .toList());
    }

    static String id(DeadLetterEvent event) {
        return StoredText.of(event.getDeadLetterId(), MESSAGE);
    }
}
