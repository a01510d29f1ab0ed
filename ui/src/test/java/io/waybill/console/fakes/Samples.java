package io.waybill.console.fakes;

import io.waybill.deadletters.DeadLetters.Behind;
import io.waybill.deadletters.DeadLetters.DeadLetterSummary;
import io.waybill.deadletters.DeadLetters.DeadLetterView;
import io.waybill.deadletters.DeadLetters.ReplayStatus;
import io.waybill.deadletters.DeadLetters.ReplayView;
import io.waybill.deadletters.DeadLetters.Status;
import io.waybill.format.TrackingId;
import io.waybill.pipeline.Headers;
import io.waybill.tracking.FlowQueries.FlowStatus;
import io.waybill.tracking.FlowQueries.FlowView;
import io.waybill.tracking.FlowQueries.PartStatus;
import io.waybill.tracking.FlowQueries.PartView;
import io.waybill.tracking.FlowQueries.ResultView;
import io.waybill.tracking.Incidents.IncidentView;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/** Builds what the read models would tell. */
public final class Samples {

    private Samples() {}

    public static TrackingId id(long offset, Instant at) {
        return TrackingId.of(new Uuid(7, 9), 0, offset, at.toEpochMilli());
    }

    public static FlowView flow(
            TrackingId id, FlowStatus status, @Nullable String name, long succeeded, long failed, Instant at) {
        boolean ended = status == FlowStatus.ACK || status == FlowStatus.NACK || status == FlowStatus.PARTIAL;
        long leaves = ended ? succeeded + failed : 0;
        return new FlowView(
                id,
                FakeIntake.PIPELINE,
                1,
                status,
                "MSG-2026-11-20-0001",
                "BATCH-2026-11-20",
                name,
                null,
                null,
                "payments.in",
                3,
                1042,
                at,
                ended ? at.plusSeconds(2) : null,
                183_402,
                leaves,
                succeeded,
                failed,
                failed,
                null,
                ended ? List.of(new ResultView(1, status, leaves, succeeded, failed, at.plusSeconds(2))) : List.of());
    }

    public static FlowView duplicateOf(TrackingId id, TrackingId first, String name, Instant at) {
        FlowView flow = flow(id, FlowStatus.DUPLICATE, name, 0, 0, at);
        return new FlowView(
                id,
                flow.pipeline(),
                1,
                FlowStatus.DUPLICATE,
                flow.messageId(),
                flow.batchId(),
                name,
                first,
                null,
                flow.sourceTopic(),
                1,
                1043,
                at,
                at,
                flow.sizeBytes(),
                0,
                0,
                0,
                0,
                null,
                List.of());
    }

    /** It began with an output of the other. */
    public static FlowView causedBy(TrackingId id, TrackingId cause, Instant at) {
        FlowView flow = flow(id, FlowStatus.IN_PROGRESS, null, 0, 0, at);
        return new FlowView(
                id,
                "settlement",
                1,
                flow.status(),
                "message",
                null,
                null,
                null,
                cause,
                "payments.cleared",
                0,
                1,
                at,
                null,
                10,
                0,
                0,
                0,
                0,
                null,
                List.of());
    }

    /** A part with which the flow went on in another pipeline. */
    public static PartView passedIn(String pipeline, String path, Instant at) {
        return new PartView(path, PartStatus.PASSED, null, 0, null, null, null, null, List.of("booked"), at, pipeline);
    }

    public static PartView passed(int path, String label, Instant at) {
        return new PartView(
                Integer.toString(path),
                PartStatus.PASSED,
                label,
                0,
                null,
                null,
                null,
                null,
                List.of("payments.cleared"),
                at,
                null);
    }

    public static PartView dead(int path, DeadLetterView letter) {
        DeadLetterSummary summary = letter.summary();
        return new PartView(
                Integer.toString(path),
                PartStatus.DEAD_LETTERED,
                summary.label(),
                summary.attempt(),
                summary.id(),
                summary.operator(),
                summary.errorCode(),
                summary.errorMessage(),
                List.of(),
                summary.lastFailedAt(),
                null);
    }

    /** An open dead letter of a part. */
    public static DeadLetterView letter(
            String id,
            TrackingId flow,
            String path,
            String label,
            String code,
            String message,
            String payload,
            Instant at) {
        byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
        DeadLetterSummary summary = new DeadLetterSummary(
                id,
                flow,
                FakeIntake.PIPELINE,
                1,
                "payment-files-1",
                path,
                label,
                Status.OPEN,
                0,
                "validate",
                code,
                message,
                "MSG-2026-11-20-0001",
                "BATCH-2026-11-20",
                0,
                bytes.length,
                at,
                at,
                false,
                null);
        return new DeadLetterView(
                summary,
                "payments",
                "io.waybill.pipeline.Poison",
                "io.waybill.pipeline.Poison: " + message
                        + "\n\tat io.example.payments.Validate.iban(Validate.java:41)"
                        + "\n\tat io.example.payments.Validate.apply(Validate.java:27)",
                1,
                "payments.in",
                3,
                1042,
                "application/json",
                label.getBytes(StandardCharsets.UTF_8),
                Headers.NONE
                        .with("Name", "salaries-november.xml")
                        .with("Content-Type", "application/xml")
                        .with("Label", label),
                bytes,
                null);
    }

    public static DeadLetterView with(DeadLetterView old, Status status, int revision, byte[] payload) {
        return with(
                old,
                status,
                revision,
                payload,
                old.summary().inSequence(),
                old.summary().behind());
    }

    /** The same as one that others of its key wait for. */
    public static DeadLetterView inSequence(DeadLetterView old, @Nullable Behind behind) {
        DeadLetterSummary s = old.summary();
        return with(old, s.status(), s.revision(), old.payload(), true, behind);
    }

    /** The same when they were let go, and it is open as any other. */
    public static DeadLetterView letGo(DeadLetterView old) {
        DeadLetterSummary s = old.summary();
        return with(old, Status.OPEN, s.revision(), old.payload(), false, null);
    }

    private static DeadLetterView with(
            DeadLetterView old,
            Status status,
            int revision,
            byte[] payload,
            boolean inSequence,
            @Nullable Behind behind) {
        DeadLetterSummary s = old.summary();
        DeadLetterSummary summary = new DeadLetterSummary(
                s.id(),
                s.trackingId(),
                s.pipeline(),
                s.pipelineVersion(),
                s.stage(),
                s.path(),
                s.label(),
                status,
                s.attempt(),
                s.operator(),
                s.errorCode(),
                s.errorMessage(),
                s.messageId(),
                s.batchId(),
                revision,
                payload.length,
                s.firstFailedAt(),
                s.lastFailedAt(),
                inSequence,
                behind);
        return new DeadLetterView(
                summary,
                old.entry(),
                old.errorType(),
                old.stackTrace(),
                old.tries(),
                old.sourceTopic(),
                old.sourcePartition(),
                old.sourceOffset(),
                old.contentType(),
                old.key(),
                old.headers(),
                payload,
                old.refusal());
    }

    public static ReplayView ended(ReplayView old, ReplayStatus outcome) {
        return new ReplayView(
                old.id(),
                old.deadLetterId(),
                old.attempt(),
                old.revision(),
                old.action(),
                outcome,
                old.requestedBy(),
                old.requestedAt(),
                Instant.now(),
                old.detail());
    }

    public static IncidentView incident(String id, boolean open, String title, String detail, Instant at) {
        return new IncidentView(
                id,
                "TASK_STOPPED",
                open,
                FakeIntake.PIPELINE,
                "payment-files-1",
                3,
                null,
                "validate",
                "OPERATOR_FAILED",
                title,
                detail,
                at,
                open ? null : at.plusSeconds(90),
                open ? null : "operator",
                open);
    }

    /** Something prepared whose fate nobody knows. */
    public static IncidentView inDoubt(String id, String sink, String detail, Instant at) {
        return new IncidentView(
                id,
                "IN_DOUBT",
                true,
                FakeIntake.PIPELINE,
                "",
                -1,
                null,
                sink,
                "PREPARED_IN_DOUBT",
                "Sink '%s' holds something whose fate nobody can know".formatted(sink),
                detail,
                at,
                null,
                null,
                false);
    }
}
