package io.waybill.tracking.projection;

import io.waybill.format.v1.PartOutcome;
import io.waybill.tracking.FlowQueries.PartStatus;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One row of {@code part}. */
record PartRow(
        UUID trackingId,
        List<Integer> path,
        PartStatus status,
        int attempt,
        @Nullable String label,
        @Nullable String deadLetterId,
        @Nullable String operator,
        @Nullable String errorCode,
        @Nullable String errorMessage,
        List<String> outputs,
        Instant at,
        @Nullable String pipeline)
        implements BinaryCopy.Row {

    static final BinaryCopy COPY = new BinaryCopy(
            "part",
            "tracking_id, path, status, attempt, label, dead_letter_id, operator, error_code, error_message, outputs,"
                    + " settled_at, pipeline");

    /** The order of the database's enumeration {@code part_status}. */
    private static final List<PartStatus> RANKS = List.of(
            PartStatus.FORWARDED,
            PartStatus.DEAD_LETTERED,
            PartStatus.SPLIT,
            PartStatus.FILTERED,
            PartStatus.PASSED,
            PartStatus.DISCARDED);

    private static final Comparator<PartRow> PROGRESS =
            Comparator.comparingInt(PartRow::attempt).thenComparingInt(part -> RANKS.indexOf(part.status));

    static PartRow of(UUID trackingId, PartStatus status, PartOutcome part, Instant at) {
        return new PartRow(
                trackingId,
                part.getPathList(),
                status,
                part.getAttempt(),
                StoredText.id(part.getLabel()),
                StoredText.id(part.getDeadLetterId()),
                StoredText.line(part.getOperator()),
                StoredText.line(part.getErrorCode()),
                StoredText.prose(part.getErrorMessage()),
                part.getOutputsList().stream()
                        .map(output -> StoredText.bounded(output, StoredText.LINE))
                        .toList(),
                at,
                null);
    }

    /** @param name of the pipeline that told of it; null where it is the flow's own */
    PartRow by(@Nullable String name) {
        return new PartRow(
                trackingId,
                path,
                status,
                attempt,
                label,
                deadLetterId,
                operator,
                errorCode,
                errorMessage,
                outputs,
                at,
                name);
    }

    /**
     * The later of both by (attempt, rank). It keeps the dead letter it came from; a discarded one keeps its error, too,
     * since that is why it was discarded; one that was forwarded has outputs in the stage before, too.
     */
    PartRow merge(PartRow other) {
        int compared = PROGRESS.compare(other, this);
        boolean otherIsLater = compared > 0 || (compared == 0 && status == PartStatus.FORWARDED);
        return otherIsLater ? other.after(this) : after(other);
    }

    private PartRow after(PartRow earlier) {
        boolean keepsError = status == PartStatus.DISCARDED;
        return new PartRow(
                trackingId,
                path,
                status,
                attempt,
                label,
                either(deadLetterId, earlier.deadLetterId),
                keepsError ? either(operator, earlier.operator) : operator,
                keepsError ? either(errorCode, earlier.errorCode) : errorCode,
                keepsError ? either(errorMessage, earlier.errorMessage) : errorMessage,
                earlier.status == PartStatus.FORWARDED ? both(earlier.outputs, outputs) : outputs,
                at,
                pipeline);
    }

    private static List<String> both(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    private static @Nullable String either(@Nullable String first, @Nullable String second) {
        return first != null ? first : second;
    }

    @Override
    public void writeTo(BinaryCopy.Fields out) {
        out.uuid(trackingId)
                .ints(path)
                .text(status.name())
                .int4(attempt)
                .text(label)
                .text(deadLetterId)
                .text(operator)
                .text(errorCode)
                .text(errorMessage)
                .texts(outputs)
                .timestamp(at)
                .text(pipeline);
    }
}
