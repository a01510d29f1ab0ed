package io.waybill.engine;

import io.waybill.engine.DuplicateFilter.Sighting;
import io.waybill.format.v1.DeadLetterRow;
import io.waybill.format.v1.FlowResult;
import io.waybill.format.v1.FlowRow;
import io.waybill.format.v1.PartState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Settles the first run of a flow: its result is decided in the checkpoint that finished it (DESIGN §8). */
final class NewFlow implements Settlement {

    private final StagePlan plan;
    private final int partition;
    private final FlowRecord record;
    private final @Nullable DuplicateFilter filter;
    private final @Nullable Sighting sighting;
    private final Instant begunAt;

    private long leaves;
    private long succeeded;
    private long open;

    /** @param sighting null where the record holds no id: it has none, or another flow holds it */
    NewFlow(
            StagePlan plan,
            int partition,
            FlowRecord record,
            @Nullable DuplicateFilter filter,
            @Nullable Sighting sighting,
            Instant begunAt) {
        this.plan = plan;
        this.partition = partition;
        this.record = record;
        this.filter = filter;
        this.sighting = sighting;
        this.begunAt = begunAt;
    }

    @Override
    public boolean isReplay() {
        return false;
    }

    @Override
    public void begin(Effects effects, StateLayer state) {
        leaves = 0;
        succeeded = 0;
        open = 0;
        effects.outcome(Outcomes.received(record, begunAt));
        if (filter != null && sighting != null) {
            filter.accept(state, sighting);
        }
    }

    @Override
    public void part(Effects effects, Entry entry, PartState outcome, RecordScope scope, Instant now) {
        effects.outcome(Outcomes.part(record.flow(), entry, outcome, scope, now));
        if (outcome != PartState.SPLIT) {
            leaves++;
            succeeded++;
        }
    }

    @Override
    public void deadLetter(
            Effects effects,
            StateLayer state,
            Entry entry,
            OperatorFailure failure,
            int tries,
            Instant firstFailedAt,
            Instant now) {
        String id = entry.path().deadLetterId(record.flow(), plan.stage());
        effects.outcome(Outcomes.deadLettered(record.flow(), entry, id, failure, now));
        effects.deadLetter(DeadLetterEvents.of(plan, partition, id, record.flow(), entry.attempt(), now)
                .setCaptured(DeadLetterEvents.captured(plan, record, entry, failure, tries, firstFailedAt))
                .build());
        Rows.put(
                state,
                id,
                DeadLetterRow.newBuilder()
                        .setAttempt(entry.attempt())
                        .addAllPath(entry.path().steps())
                        .setEntry(plan.chain().nameOf(entry.start()))
                        .setLabel(entry.label())
                        .setMessageId(record.messageId())
                        .setBatchId(record.batchId())
                        .setSource(record.source())
                        .setSourceTimestampMs(record.timestampMs())
                        .build());
        leaves++;
        open++;
    }

    @Override
    public void complete(Effects effects, StateLayer state, Instant now) {
        FlowRow row = FlowRow.newBuilder()
                .setLeaves(leaves)
                .setSucceeded(succeeded)
                .setOpenDeadLetters(open)
                .setResultNumber(1)
                .setResult(Outcomes.judge(leaves, succeeded))
                .setMessageId(record.messageId())
                .setBatchId(record.batchId())
                .build();
        FlowResult result = Outcomes.result(record.flow(), plan.pipeline().name(), row, now);
        effects.outcome(Outcomes.of(result, now));
        effects.result(result);
        if (open > 0) {
            Rows.put(state, record.flow(), row);
        } else if (filter != null && sighting != null) {
            filter.release(state, sighting.messageId(), record.flow(), sighting.logTimeMs());
        }
    }
}
