package io.waybill.engine;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.waybill.format.TrackingId;
import io.waybill.format.v1.Captured;
import io.waybill.format.v1.DeadLetterEvent;
import io.waybill.format.v1.Header;
import io.waybill.pipeline.Headers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Builds what is said of dead letters. */
final class DeadLetterEvents {

    private DeadLetterEvents() {}

    static DeadLetterEvent.Builder of(
            StagePlan plan, int partition, String id, TrackingId flow, int attempt, Instant now) {
        return DeadLetterEvent.newBuilder()
                .setDeadLetterId(id)
                .setTrackingId(flow.toByteString())
                .setPipeline(plan.pipeline().name())
                .setPipelineVersion(plan.pipeline().version())
                .setStage(plan.stage())
                .setPartition(partition)
                .setAttempt(attempt)
                .setAtMs(now.toEpochMilli());
    }

    static Captured.Builder captured(StagePlan plan, FlowRecord record, Entry entry, GivenUp how) {
        OperatorFailure failure = how.failure();
        Captured.Builder captured = Captured.newBuilder()
                .setHasKey(record.key() != null)
                .setPayload(UnsafeByteOperations.unsafeWrap(entry.payload()))
                .addAllHeaders(toProto(record.headers()))
                .addAllPath(entry.path().steps())
                .setLabel(entry.label())
                .setEntry(plan.chain().nameOf(entry.start()))
                .setOperator(failure.operator())
                .setErrorCode(failure.code())
                .setErrorType(failure.type())
                .setErrorMessage(failure.message())
                .setStackTrace(failure.stackTrace())
                .setTries(how.tries())
                .setFirstFailedAtMs(how.firstFailedAt().toEpochMilli())
                .setMessageId(record.messageId())
                .setBatchId(record.batchId())
                .setSource(record.source().toProto())
                .setSourceTimestampMs(record.timestampMs())
                .setContentType(plan.chain().contentTypeAt(entry.start()))
                .setInSequence(how.isInSequence());
        if (record.key() != null) {
            captured.setKey(UnsafeByteOperations.unsafeWrap(record.key()));
        }
        return captured;
    }

    static List<Header> toProto(Headers headers) {
        List<Header> list = new ArrayList<>();
        for (Headers.Header header : headers.all()) {
            Header.Builder builder = Header.newBuilder().setKey(header.name());
            if (header.value() != null) {
                builder.setValue(ByteString.copyFrom(header.value()));
            }
            list.add(builder.build());
        }
        return list;
    }

    static Headers headers(List<Header> headers) {
        return new Headers(headers.stream()
                .map(h -> new Headers.Header(
                        h.getKey(), h.hasValue() ? h.getValue().toByteArray() : null))
                .toList());
    }
}
