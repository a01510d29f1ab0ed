package io.waybill.tracking.projection;

import io.waybill.format.TrackingId;
import io.waybill.format.v1.FlowResult;
import io.waybill.format.v1.Received;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where a flow came from. An intake and the task may both tell, in any order, either may be missing: the task's word
 * counts, the intake's fills what it left open.
 */
record Origin(
        short toldBy,
        @Nullable String topic,
        @Nullable Integer partition,
        @Nullable Long offset,
        @Nullable String messageId,
        @Nullable String batchId,
        @Nullable String name,
        @Nullable Long sizeBytes,
        @Nullable UUID causedBy) {

    static final short NOBODY = 0;
    static final short INTAKE = 1;
    static final short TASK = 2;

    static final Origin UNKNOWN = new Origin(NOBODY, null, null, null, null, null, null, null, null);

    static Origin of(Received received) {
        return new Origin(
                received.getByIntake() ? INTAKE : TASK,
                StoredText.line(received.getSourceTopic()),
                received.getSourcePartition(),
                received.getSourceOffset(),
                StoredText.id(received.getMessageId()),
                StoredText.id(received.getBatchId()),
                StoredText.id(received.getName()),
                received.getSizeBytes(),
                received.getCausedBy().isEmpty()
                        ? null
                        : TrackingId.of(received.getCausedBy()).value());
    }

    static Origin of(FlowResult result) {
        return new Origin(
                NOBODY,
                null,
                null,
                null,
                StoredText.id(result.getMessageId()),
                StoredText.id(result.getBatchId()),
                null,
                null,
                null);
    }

    Origin merge(Origin other) {
        return other.toldBy > toldBy ? other.filledFrom(this) : filledFrom(other);
    }

    private Origin filledFrom(Origin other) {
        return new Origin(
                toldBy,
                either(topic, other.topic),
                either(partition, other.partition),
                either(offset, other.offset),
                either(messageId, other.messageId),
                either(batchId, other.batchId),
                either(name, other.name),
                either(sizeBytes, other.sizeBytes),
                either(causedBy, other.causedBy));
    }

    private static <T> @Nullable T either(@Nullable T first, @Nullable T second) {
        return first != null ? first : second;
    }
}
