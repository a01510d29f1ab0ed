package io.waybill.engine;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.waybill.engine.DuplicateFilter.Verdict;
import io.waybill.format.TrackingId;
import io.waybill.format.v1.Duplicate;
import io.waybill.format.v1.FlowResult;
import io.waybill.format.v1.FlowRow;
import io.waybill.format.v1.Outcome;
import io.waybill.format.v1.PartOutcome;
import io.waybill.format.v1.PartState;
import io.waybill.format.v1.Received;
import io.waybill.format.v1.Result;
import io.waybill.format.v1.Waiting;
import io.waybill.pipeline.KafkaSource;
import java.time.Instant;

/** Builds what is said of records and flows. */
final class Outcomes {

    private Outcomes() {}

    static Outcome received(FlowRecord record, Instant now) {
        Received.Builder received = Received.newBuilder()
                .setSourceTopic(record.source().getTopic())
                .setSourcePartition(record.source().getPartition())
                .setSourceOffset(record.source().getNextOffset())
                .setSourceTimestampMs(record.timestampMs())
                .setMessageId(record.messageId())
                .setBatchId(record.batchId())
                .setKey(record.key() == null ? ByteString.EMPTY : UnsafeByteOperations.unsafeWrap(record.key()))
                .setSizeBytes(record.payload().length)
                .setName(record.headers().text(KafkaSource.NAME_HEADER).orElse(""));
        TrackingId causedBy = TakenOver.causedBy(record.headers());
        if (causedBy != null) {
            received.setCausedBy(causedBy.toByteString());
        }
        return of(record.flow(), now).setReceived(received).build();
    }

    /** A flow that begins with a timer. */
    static Outcome fired(FlowRecord record, RegisteredTimer timer, TrackingId causedBy, Instant now) {
        String name = timer.name().isEmpty() ? "" : " " + timer.name();
        return of(record.flow(), now)
                .setReceived(Received.newBuilder()
                        .setSourcePartition(record.source().getPartition())
                        .setSourceTimestampMs(record.timestampMs())
                        .setKey(UnsafeByteOperations.unsafeWrap(timer.key()))
                        .setName("timer of " + timer.operator() + name)
                        .setCausedBy(causedBy.toByteString()))
                .build();
    }

    static Outcome duplicate(FlowRecord record, Verdict.Duplicate of, Instant now) {
        return of(record.flow(), now)
                .setDuplicate(Duplicate.newBuilder()
                        .setFirstTrackingId(of.first().toByteString())
                        .setFirstTopic(of.topic())
                        .setFirstPartition(of.partition())
                        .setFirstOffset(of.offset())
                        .setMessageId(record.messageId()))
                .build();
    }

    static Outcome waiting(
            TrackingId flow, Entry entry, OperatorFailure failure, int tries, Instant nextTryAt, Instant now) {
        return of(flow, now)
                .setWaiting(Waiting.newBuilder()
                        .addAllPath(entry.path().steps())
                        .setOperator(failure.operator())
                        .setError(failure.code() + ": " + failure.message())
                        .setTries(tries)
                        .setNextTryAtMs(nextTryAt.toEpochMilli()))
                .build();
    }

    static Outcome part(TrackingId flow, Entry entry, RecordScope scope, Instant now) {
        return of(flow, now)
                .setPart(PartOutcome.newBuilder()
                        .addAllPath(entry.path().steps())
                        .setState(scope.outcome())
                        .setLabel(entry.label())
                        .setAttempt(entry.attempt())
                        .setParts(scope.children())
                        .setSplit(scope.children() > 0 ? scope.splitBy() : "")
                        .addAllOutputs(scope.sinks()))
                .build();
    }

    static Outcome deadLettered(
            TrackingId flow, Entry entry, String deadLetterId, OperatorFailure failure, Instant now) {
        return of(flow, now)
                .setPart(PartOutcome.newBuilder()
                        .addAllPath(entry.path().steps())
                        .setState(PartState.DEAD_LETTERED)
                        .setLabel(entry.label())
                        .setAttempt(entry.attempt())
                        .setDeadLetterId(deadLetterId)
                        .setOperator(failure.operator())
                        .setErrorCode(failure.code())
                        .setErrorMessage(failure.message()))
                .build();
    }

    static Outcome discarded(TrackingId flow, Entry entry, String deadLetterId, Instant now) {
        return of(flow, now)
                .setPart(PartOutcome.newBuilder()
                        .addAllPath(entry.path().steps())
                        .setState(PartState.DISCARDED)
                        .setLabel(entry.label())
                        .setAttempt(entry.attempt())
                        .setDeadLetterId(deadLetterId))
                .build();
    }

    static FlowResult result(TrackingId flow, String pipeline, FlowRow row, Instant now) {
        return FlowResult.newBuilder()
                .setTrackingId(flow.toByteString())
                .setResult(row.getResult())
                .setNumber(row.getResultNumber())
                .setLeaves(row.getLeaves())
                .setSucceeded(row.getSucceeded())
                .setFailed(row.getLeaves() - row.getSucceeded())
                .setOpenDeadLetters(row.getOpenDeadLetters())
                .setAtMs(now.toEpochMilli())
                .setPipeline(pipeline)
                .setMessageId(row.getMessageId())
                .setBatchId(row.getBatchId())
                .build();
    }

    static Outcome of(FlowResult result, Instant now) {
        return Outcome.newBuilder()
                .setTrackingId(result.getTrackingId())
                .setAtMs(now.toEpochMilli())
                .setResult(result)
                .build();
    }

    /** ACK where everything succeeded, NACK where nothing did. */
    static Result judge(long leaves, long succeeded) {
        return succeeded == leaves ? Result.ACK : succeeded == 0 ? Result.NACK : Result.PARTIAL;
    }

    private static Outcome.Builder of(TrackingId flow, Instant now) {
        return Outcome.newBuilder().setTrackingId(flow.toByteString()).setAtMs(now.toEpochMilli());
    }
}
