package io.waybill.deadletters.rest;

import io.waybill.deadletters.DeadLetters.Behind;
import io.waybill.deadletters.DeadLetters.DeadLetterPage;
import io.waybill.deadletters.DeadLetters.DeadLetterSummary;
import io.waybill.deadletters.DeadLetters.DeadLetterView;
import io.waybill.deadletters.DeadLetters.HistoryEntry;
import io.waybill.deadletters.DeadLetters.ReplayView;
import io.waybill.deadletters.DeadLetters.RevisionView;
import io.waybill.deadletters.DeadLetters.Status;
import io.waybill.deadletters.query.JdbcDeadLetters.RevisionSummary;
import io.waybill.pipeline.Headers;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What scripts get. Bytes come as base64, and as text beside it where they are valid UTF-8. */
final class Responses {

    private Responses() {}

    record PageJson(List<SummaryJson> deadLetters, @Nullable String nextCursor) {

        static PageJson of(DeadLetterPage page) {
            return new PageJson(page.deadLetters().stream().map(SummaryJson::of).toList(), page.nextCursor());
        }
    }

    record SummaryJson(
            String id,
            String trackingId,
            String pipeline,
            int pipelineVersion,
            String stage,
            String path,
            @Nullable String label,
            Status status,
            int attempt,
            String operator,
            String errorCode,
            String errorMessage,
            @Nullable String messageId,
            @Nullable String batchId,
            int revision,
            long sizeBytes,
            Instant firstFailedAt,
            Instant lastFailedAt,
            boolean inSequence,
            @Nullable Behind behind) {

        static SummaryJson of(DeadLetterSummary summary) {
            return new SummaryJson(
                    summary.id(),
                    summary.trackingId().toString(),
                    summary.pipeline(),
                    summary.pipelineVersion(),
                    summary.stage(),
                    summary.path(),
                    summary.label(),
                    summary.status(),
                    summary.attempt(),
                    summary.operator(),
                    summary.errorCode(),
                    summary.errorMessage(),
                    summary.messageId(),
                    summary.batchId(),
                    summary.revision(),
                    summary.sizeBytes(),
                    summary.firstFailedAt(),
                    summary.lastFailedAt(),
                    summary.inSequence(),
                    summary.behind());
        }
    }

    /**
     * @param payload of the newest revision; null where it is not text
     * @param refusal why the last order was refused; null: it was not
     */
    record DeadLetterJson(
            String id,
            String trackingId,
            String pipeline,
            int pipelineVersion,
            String stage,
            String path,
            @Nullable String label,
            Status status,
            int attempt,
            @Nullable String messageId,
            @Nullable String batchId,
            Instant firstFailedAt,
            Instant lastFailedAt,
            String entry,
            ErrorJson error,
            SourceJson source,
            @Nullable String key,
            @Nullable String keyBase64,
            List<HeaderJson> headers,
            int revision,
            String contentType,
            @Nullable String payload,
            String payloadBase64,
            @Nullable String refusal,
            boolean inSequence,
            @Nullable Behind behind,
            List<RevisionSummary> revisions,
            List<ReplayView> replays,
            List<HistoryEntry> history) {

        static DeadLetterJson of(
                DeadLetterView view,
                List<RevisionSummary> revisions,
                List<ReplayView> replays,
                List<HistoryEntry> history) {
            DeadLetterSummary summary = view.summary();
            return new DeadLetterJson(
                    summary.id(),
                    summary.trackingId().toString(),
                    summary.pipeline(),
                    summary.pipelineVersion(),
                    summary.stage(),
                    summary.path(),
                    summary.label(),
                    summary.status(),
                    summary.attempt(),
                    summary.messageId(),
                    summary.batchId(),
                    summary.firstFailedAt(),
                    summary.lastFailedAt(),
                    view.entry(),
                    ErrorJson.of(view),
                    new SourceJson(view.sourceTopic(), view.sourcePartition(), view.sourceOffset()),
                    view.key() == null ? null : Payloads.text(view.key()),
                    view.key() == null ? null : Payloads.base64(view.key()),
                    HeaderJson.of(view.headers()),
                    summary.revision(),
                    view.contentType(),
                    Payloads.text(view.payload()),
                    Payloads.base64(view.payload()),
                    view.refusal(),
                    summary.inSequence(),
                    summary.behind(),
                    revisions,
                    replays,
                    history);
        }
    }

    record ErrorJson(String operator, String code, String type, String message, String stackTrace, int tries) {

        static ErrorJson of(DeadLetterView view) {
            DeadLetterSummary summary = view.summary();
            return new ErrorJson(
                    summary.operator(),
                    summary.errorCode(),
                    view.errorType(),
                    summary.errorMessage(),
                    view.stackTrace(),
                    view.tries());
        }
    }

    record SourceJson(String topic, int partition, long offset) {}

    record HeaderJson(
            String name, @Nullable String value, @Nullable String valueBase64) {

        static List<HeaderJson> of(Headers headers) {
            return headers.all().stream()
                    .map(header -> header.value() == null
                            ? new HeaderJson(header.name(), null, null)
                            : new HeaderJson(
                                    header.name(), Payloads.text(header.value()), Payloads.base64(header.value())))
                    .toList();
        }
    }

    record RevisionJson(
            int number,
            String author,
            Instant at,
            @Nullable String reason,
            @Nullable String payload,
            String payloadBase64) {

        static RevisionJson of(RevisionView revision) {
            return new RevisionJson(
                    revision.number(),
                    revision.author(),
                    revision.at(),
                    revision.reason(),
                    Payloads.text(revision.payload()),
                    Payloads.base64(revision.payload()));
        }
    }
}
