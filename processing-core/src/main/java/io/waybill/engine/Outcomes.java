package io.waybill.engine;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.waybill.engine.DuplicateFilter.Verdict;
import io.waybill.format.TrackingId;
import io.waybill.format.v1.Duplicate;
import io.waybill.format.v1.FlowResult;
import io.waybill.format.v1.FlowRow;
import io.waybill.format.v1.Outcome;
import io.waybill.format.v1.Overdue;
import io.waybill.format.v1.PartOutcome;
import io.waybill.format.v1.PartState;
import io.waybill.format.v1.Received;
import io.waybill.format.v1.Result;
import io.waybill.format.v1.Waiting;
import io.waybill.pipeline.KafkaSource;
import java.time.Instant;
import java.util.function.UnaryOperator;

/** Builds what is said of records and flows. */
final class Outcomes {

    private Outcomes() {}

    static Fact received(FlowRecord record, Instant now) {
        return new Fact.Arrived(record, TakenOver.causedBy(record.headers()), now.toEpochMilli());
    }

    static Outcome of(Fact.Arrived arrived) {
        FlowRecord record = arrived.record();
        Received.Builder received = Received.newBuilder()
                .setSourceTopic(record.source().topic())
                .setSourcePartition(record.source().partition())
                .setSourceOffset(record.source().offset())
                .setSourceTimestampMs(record.timestampMs())
                .setMessageId(record.messageId())
                .setBatchId(record.batchId())
                .setKey(record.key() == null ? ByteString.EMPTY : UnsafeByteOperations.unsafeWrap(record.key()))
                .setSizeBytes(record.payload().length)
                .setName(record.headers().text(KafkaSource.NAME_HEADER).orElse(""));
        TrackingId causedBy = arrived.causedBy();
        if (causedBy != null) {
            received.setCausedBy(causedBy.toByteString());
        }
        return of(record.flow(), arrived.atMs()).setReceived(received).build();
    }

    /** A flow that begins with a timer. */
    static Fact fired(FlowRecord record, RegisteredTimer timer, TrackingId causedBy, Instant now) {
        String name = timer.name().isEmpty() ? "" : " " + timer.name();
        return told(
                record.flow(),
                now,
                outcome -> outcome.setReceived(Received.newBuilder()
                        .setSourcePartition(record.source().partition())
                        .setSourceTimestampMs(record.timestampMs())
                        .setKey(UnsafeByteOperations.unsafeWrap(timer.key()))
                        .setName("timer of " + timer.operator() + name)
                        .setCausedBy(causedBy.toByteString())));
    }

    static Fact duplicate(FlowRecord record, Verdict.Duplicate of, Instant now) {
        return told(
                record.flow(),
                now,
                outcome -> outcome.setDuplicate(Duplicate.newBuilder()
                        .setFirstTrackingId(of.first().toByteString())
                        .setFirstTopic(of.topic())
                        .setFirstPartition(of.partition())
                        .setFirstOffset(of.offset())
                        .setMessageId(record.messageId())));
    }

    static Fact waiting(
            TrackingId flow, Entry entry, OperatorFailure failure, int tries, Instant nextTryAt, Instant now) {
        return told(
                flow,
                now,
                outcome -> outcome.setWaiting(Waiting.newBuilder()
                        .addAllPath(entry.path().steps())
                        .setOperator(failure.operator())
                        .setError(failure.code() + ": " + failure.message())
                        .setTries(tries)
                        .setNextTryAtMs(nextTryAt.toEpochMilli())));
    }

    /** It was not run: others of its key wait, and the first of them not before {@code until}. */
    static Fact behind(TrackingId flow, Entry entry, Instant until, Instant now) {
        return told(
                flow,
                now,
                outcome -> outcome.setWaiting(Waiting.newBuilder()
                        .addAllPath(entry.path().steps())
                        .setError("BEHIND_OTHERS: an earlier record of its key waits")
                        .setNextTryAtMs(until.toEpochMilli())));
    }

    static Fact part(TrackingId flow, Entry entry, RecordScope scope, Instant now) {
        return new Fact.Settled(
                flow,
                entry,
                scope.outcome(),
                scope.children(),
                scope.children() > 0 ? scope.splitBy() : "",
                scope.sinks(),
                now.toEpochMilli());
    }

    static Outcome of(Fact.Settled settled) {
        Entry entry = settled.entry();
        return of(settled.flow(), settled.atMs())
                .setPart(PartOutcome.newBuilder()
                        .addAllPath(entry.path().steps())
                        .setState(settled.state())
                        .setLabel(entry.label())
                        .setAttempt(entry.attempt())
                        .setParts(settled.children())
                        .setSplit(settled.splitBy())
                        .addAllOutputs(settled.outputs()))
                .build();
    }

    static Fact deadLettered(TrackingId flow, Entry entry, String deadLetterId, OperatorFailure failure, Instant now) {
        return told(
                flow,
                now,
                outcome -> outcome.setPart(PartOutcome.newBuilder()
                        .addAllPath(entry.path().steps())
                        .setState(PartState.DEAD_LETTERED)
                        .setLabel(entry.label())
                        .setAttempt(entry.attempt())
                        .setDeadLetterId(deadLetterId)
                        .setOperator(failure.operator())
                        .setErrorCode(failure.code())
                        .setErrorMessage(failure.message())));
    }

    static Fact discarded(TrackingId flow, Entry entry, String deadLetterId, Instant now) {
        return told(
                flow,
                now,
                outcome -> outcome.setPart(PartOutcome.newBuilder()
                        .addAllPath(entry.path().steps())
                        .setState(PartState.DISCARDED)
                        .setLabel(entry.label())
                        .setAttempt(entry.attempt())
                        .setDeadLetterId(deadLetterId)));
    }

    static Fact overdue(TrackingId flow, Overdue overdue, Instant now) {
        return told(flow, now, outcome -> outcome.setOverdue(overdue));
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

    static Outcome of(FlowResult result) {
        return Outcome.newBuilder()
                .setTrackingId(result.getTrackingId())
                .setAtMs(result.getAtMs())
                .setResult(result)
                .build();
    }

    /** ACK where everything succeeded, NACK where nothing did. */
    static Result judge(long leaves, long succeeded) {
        return succeeded == leaves ? Result.ACK : succeeded == 0 ? Result.NACK : Result.PARTIAL;
    }

    private static Outcome.Builder of(TrackingId flow, long atMs) {
        return Outcome.newBuilder().setTrackingId(flow.toByteString()).setAtMs(atMs);
    }

    private static Fact told(TrackingId flow, Instant now, UnaryOperator<Outcome.Builder> event) {
        return new Fact.Told(flow, event.apply(of(flow, now.toEpochMilli())).build());
    }
}
