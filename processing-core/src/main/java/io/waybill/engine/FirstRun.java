package io.waybill.engine;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.waybill.engine.DuplicateFilter.Sighting;
import io.waybill.format.v1.DeadLetterRow;
import io.waybill.format.v1.Emitter;
import io.waybill.format.v1.FlowOrigin;
import java.time.Instant;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Settles the first run of a record in a stage: one that begins a flow, or a leg of one, in the first; one that was
 * forwarded in the others; one that went to the waiting room and came back in any.
 */
final class FirstRun implements Settlement {

    private final StagePlan plan;
    private final int partition;
    private final FlowRecord record;
    private final @Nullable Hop arrivedBy;
    private final Flows flows;
    private final @Nullable DuplicateFilter filter;
    private final @Nullable Sighting sighting;
    private final @Nullable Emitter emitter;
    private final long logTimeMs;
    private final Instant begunAt;
    private final String replayId;
    private FlowChange change;
    private boolean begun;

    private FirstRun(
            StagePlan plan,
            int partition,
            FlowRecord record,
            @Nullable Hop arrivedBy,
            Flows flows,
            @Nullable DuplicateFilter filter,
            @Nullable Sighting sighting,
            @Nullable Emitter emitter,
            long logTimeMs,
            Instant begunAt,
            String replayId) {
        this.plan = plan;
        this.partition = partition;
        this.record = record;
        this.arrivedBy = arrivedBy;
        this.flows = flows;
        this.filter = filter;
        this.sighting = sighting;
        this.emitter = emitter;
        this.logTimeMs = logTimeMs;
        this.begunAt = begunAt;
        this.replayId = replayId;
        this.change = FlowChange.of(plan, record);
    }

    /** @param sighting null where the record holds no id: it has none, or another flow holds it */
    static FirstRun ofFlow(
            StagePlan plan,
            int partition,
            FlowRecord record,
            Flows flows,
            @Nullable DuplicateFilter filter,
            @Nullable Sighting sighting,
            long logTimeMs,
            Instant begunAt) {
        return new FirstRun(plan, partition, record, null, flows, filter, sighting, null, logTimeMs, begunAt, "");
    }

    /** @param emitter who is told what becomes of the leg */
    static FirstRun ofLeg(
            StagePlan plan,
            int partition,
            FlowRecord record,
            Emitter emitter,
            Flows flows,
            @Nullable DuplicateFilter filter,
            @Nullable Sighting sighting,
            long logTimeMs,
            Instant begunAt) {
        return new FirstRun(plan, partition, record, null, flows, filter, sighting, emitter, logTimeMs, begunAt, "");
    }

    /**
     * @param as path under which it arrived
     * @param edge by which
     */
    static FirstRun ofForwarded(
            StagePlan plan,
            int partition,
            FlowRecord record,
            PartPath as,
            long edge,
            Flows flows,
            long logTimeMs,
            Instant begunAt) {
        return new FirstRun(
                plan,
                partition,
                record,
                Hop.to(plan.stage(), as, edge),
                flows,
                null,
                null,
                null,
                logTimeMs,
                begunAt,
                "");
    }

    /**
     * @param as path under which it went to the waiting room
     * @param edge by which
     * @param replayId of the order that led to it; empty where none did
     */
    static FirstRun ofReturned(
            StagePlan plan,
            int partition,
            FlowRecord record,
            PartPath as,
            long edge,
            String replayId,
            Flows flows,
            long logTimeMs,
            Instant begunAt) {
        return new FirstRun(
                plan,
                partition,
                record,
                Hop.to(plan.stage(), as, edge),
                flows,
                null,
                null,
                null,
                logTimeMs,
                begunAt,
                replayId);
    }

    private boolean beginsFlow() {
        return arrivedBy == null;
    }

    @Override
    public boolean isReplay() {
        return !replayId.isEmpty();
    }

    @Override
    public void begin(Effects effects, StateLayer state) {
        change = FlowChange.of(plan, record);
        if (arrivedBy != null) {
            change.ended(arrivedBy);
            return;
        }
        if (emitter == null) {
            effects.fact(Outcomes.received(record, begunAt));
        }
        if (begun && filter != null && sighting != null) {
            // What arrival had accepted was undone with all the rest.
            filter.accept(state, sighting);
        }
        begun = true;
    }

    @Override
    public void forwarded(Hop hop) {
        change.begun(hop);
    }

    @Override
    public Return waits(Effects effects, Entry entry, LongSupplier edges) {
        long edge = edges.getAsLong();
        change.begun(Hop.to(plan.stage(), entry.path(), edge));
        return new Return.ByEdge(edge, replayId);
    }

    @Override
    public void part(Effects effects, Entry entry, RecordScope scope, Instant now) {
        effects.fact(Outcomes.part(record.flow(), entry, scope, now));
        change.settled(scope.outcome());
    }

    @Override
    public void deadLetter(Effects effects, StateLayer state, Entry entry, GivenUp how, Instant now) {
        String id = entry.path().deadLetterId(record.flow(), plan.stage());
        effects.fact(Outcomes.deadLettered(record.flow(), entry, id, how.failure(), now));
        effects.deadLetter(DeadLetterEvents.of(plan, partition, id, record.flow(), entry.attempt(), now)
                .setCaptured(DeadLetterEvents.captured(plan, record, entry, how).setReplayId(replayId))
                .build());
        Rows.put(state, id, row(entry, how));
        change.deadLettered();
    }

    private DeadLetterRow row(Entry entry, GivenUp how) {
        DeadLetterRow.Builder row = DeadLetterRow.newBuilder()
                .setAttempt(entry.attempt())
                .addAllPath(entry.path().steps())
                .setEntry(plan.chain().nameOf(entry.start()))
                .setLabel(entry.label())
                .setMessageId(record.messageId())
                .setBatchId(record.batchId())
                .setSource(record.source().toProto())
                .setSourceTimestampMs(record.timestampMs())
                .setKey(keyBytes())
                .setQuarantined(how.failure().isQuarantine())
                .setInSequence(how.isInSequence());
        if (!record.leg().isFirst()) {
            row.setLeg(record.leg().toProto());
        }
        return row.build();
    }

    private ByteString keyBytes() {
        byte[] key = record.key();
        return key == null || !plan.chain().isKeyed() ? ByteString.EMPTY : UnsafeByteOperations.unsafeWrap(key);
    }

    @Override
    public void complete(Effects effects, StateLayer state, Instant now) {
        if (beginsFlow() && emitter == null && change.isOneSuccess()) {
            flows.succeeded(record, logTimeMs, effects, state, now);
        } else {
            flows.change(change.of(record, beginsFlow() ? origin() : null), logTimeMs, effects, state, now);
        }
    }

    private FlowOrigin origin() {
        FlowOrigin.Builder origin = FlowOrigin.newBuilder()
                .setMessageId(record.messageId())
                .setBatchId(record.batchId())
                .setSourcePartition(record.source().partition());
        if (emitter != null) {
            origin.setEmitter(emitter);
        } else if (plan.pipeline().flowDeadline() != null) {
            origin.setBegunAtMs(begunAt.toEpochMilli());
        }
        return origin.build();
    }
}
