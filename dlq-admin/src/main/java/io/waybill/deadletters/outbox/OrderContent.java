package io.waybill.deadletters.outbox;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.waybill.deadletters.DeadLetters.Action;
import io.waybill.deadletters.storage.StoredHeaders;
import io.waybill.format.TrackingId;
import io.waybill.format.v1.Header;
import io.waybill.format.v1.ReplayCommand;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an order tells the capturing task.
 *
 * @param key of the original record
 * @param headers of the pinned revision, as JSON
 * @param payload of the pinned revision
 */
record OrderContent(
        String id,
        String deadLetterId,
        TrackingId trackingId,
        int attempt,
        int revision,
        Action action,
        String requestedBy,
        Instant requestedAt,
        @Nullable String reason,
        byte @Nullable [] key,
        String headers,
        byte[] payload) {

    ReplayCommand command() {
        ReplayCommand.Builder command = ReplayCommand.newBuilder()
                .setReplayId(id)
                .setDeadLetterId(deadLetterId)
                .setTrackingId(trackingId.toByteString())
                .setAttempt(attempt)
                .setRevision(revision)
                .setRequestedBy(requestedBy)
                .setRequestedAtMs(requestedAt.toEpochMilli())
                .setReason(reason == null ? "" : reason);
        return switch (action) {
            case DISCARD -> command.setAction(ReplayCommand.Action.DISCARD).build();
            case LET_GO -> command.setAction(ReplayCommand.Action.LET_GO).build();
            case REPLAY -> replay(command);
        };
    }

    private ReplayCommand replay(ReplayCommand.Builder command) {
        StoredHeaders.read(headers).all().forEach(header -> {
            Header.Builder carried = Header.newBuilder().setKey(header.name());
            if (header.value() != null) {
                carried.setValue(ByteString.copyFrom(header.value()));
            }
            command.addHeaders(carried);
        });
        if (key != null) {
            command.setHasKey(true).setKey(ByteString.copyFrom(key));
        }
        return command.setAction(ReplayCommand.Action.REPLAY)
                .setPayload(UnsafeByteOperations.unsafeWrap(payload))
                .build();
    }
}
