package io.waybill.engine;

import io.waybill.format.v1.DeadLetterEvent;
import io.waybill.format.v1.DeadLetterRow;
import io.waybill.format.v1.Discarded;
import io.waybill.format.v1.FlowResult;
import io.waybill.format.v1.FlowRow;
import io.waybill.format.v1.PartState;
import io.waybill.format.v1.ReplayAccepted;
import io.waybill.format.v1.ReplayCommand;
import io.waybill.format.v1.Resolved;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Settles an accepted replay or discard of one dead letter: the repair leads to the flow's next result. */
final class ReplayedFlow implements Settlement {

    private final StagePlan plan;
    private final int partition;
    private final FlowRecord record;
    private final ReplayCommand command;
    private final DeadLetterRow deadLetter;
    private final FlowRow flow;
    private final @Nullable DuplicateFilter filter;
    private final long logTimeMs;
    private final Instant begunAt;

    private long leaves;
    private long succeeded;
    private long open;
    private int parts;
    private boolean failedAgain;

    ReplayedFlow(
            StagePlan plan,
            int partition,
            FlowRecord record,
            ReplayCommand command,
            DeadLetterRow deadLetter,
            FlowRow flow,
            @Nullable DuplicateFilter filter,
            long logTimeMs,
            Instant begunAt) {
        this.plan = plan;
        this.partition = partition;
        this.record = record;
        this.command = command;
        this.deadLetter = deadLetter;
        this.flow = flow;
        this.filter = filter;
        this.logTimeMs = logTimeMs;
        this.begunAt = begunAt;
    }

    @Override
    public boolean isReplay() {
        return true;
    }

    @Override
    public void begin(Effects effects, StateLayer state) {
        leaves = 0;
        succeeded = 0;
        open = 0;
        parts = 0;
        failedAgain = false;
        effects.deadLetter(event(command.getDeadLetterId(), command.getAttempt(), begunAt)
                .setAccepted(ReplayAccepted.newBuilder()
                        .setReplayId(command.getReplayId())
                        .setRevision(command.getRevision()))
                .build());
    }

    @Override
    public void part(Effects effects, Entry entry, PartState outcome, RecordScope scope, Instant now) {
        effects.outcome(Outcomes.part(record.flow(), entry, outcome, scope, now));
        if (outcome == PartState.SPLIT) {
            parts += scope.parts().size();
        } else {
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
        failedAgain |= id.equals(command.getDeadLetterId());
        effects.outcome(Outcomes.deadLettered(record.flow(), entry, id, failure, now));
        effects.deadLetter(event(id, entry.attempt(), now)
                .setCaptured(DeadLetterEvents.captured(plan, record, entry, failure, tries, firstFailedAt)
                        .setRevision(failedAgain ? command.getRevision() : 0)
                        .setReplayId(command.getReplayId()))
                .build());
        Rows.put(
                state,
                id,
                deadLetter.toBuilder()
                        .setAttempt(entry.attempt())
                        .clearPath()
                        .addAllPath(entry.path().steps())
                        .setEntry(plan.chain().nameOf(entry.start()))
                        .setLabel(entry.label())
                        .build());
        leaves++;
        open++;
    }

    @Override
    public void complete(Effects effects, StateLayer state, Instant now) {
        if (failedAgain) {
            return;
        }
        effects.deadLetter(event(command.getDeadLetterId(), command.getAttempt(), now)
                .setResolved(Resolved.newBuilder()
                        .setReplayId(command.getReplayId())
                        .setRevision(command.getRevision())
                        .setParts(parts))
                .build());
        repair(effects, state, 0, now);
    }

    /** Ends the dead letter for good without running it. */
    void discard(Effects effects, StateLayer state, Entry entry, Instant now) {
        effects.deadLetter(event(command.getDeadLetterId(), command.getAttempt(), now)
                .setDiscarded(Discarded.newBuilder()
                        .setReplayId(command.getReplayId())
                        .setReason(command.getReason())
                        .setBy(command.getRequestedBy()))
                .build());
        effects.outcome(Outcomes.discarded(record.flow(), entry, command.getDeadLetterId(), now));
        leaves = 1;
        repair(effects, state, 1, now);
    }

    private void repair(Effects effects, StateLayer state, int discarded, Instant now) {
        Rows.deleteDeadLetter(state, command.getDeadLetterId());
        long allLeaves = flow.getLeaves() - 1 + leaves;
        long allSucceeded = flow.getSucceeded() + succeeded;
        FlowRow repaired = flow.toBuilder()
                .setLeaves(allLeaves)
                .setSucceeded(allSucceeded)
                .setOpenDeadLetters(flow.getOpenDeadLetters() - 1 + open)
                .setDiscarded(flow.getDiscarded() + discarded)
                .setResultNumber(flow.getResultNumber() + 1)
                .setResult(Outcomes.judge(allLeaves, allSucceeded))
                .build();
        FlowResult result = Outcomes.result(record.flow(), plan.pipeline().name(), repaired, now);
        effects.outcome(Outcomes.of(result, now));
        effects.result(result);
        if (repaired.getOpenDeadLetters() > 0) {
            Rows.put(state, record.flow(), repaired);
            return;
        }
        Rows.deleteFlow(state, record.flow());
        if (filter != null && !flow.getMessageId().isEmpty()) {
            filter.release(state, flow.getMessageId(), record.flow(), logTimeMs);
        }
    }

    private DeadLetterEvent.Builder event(String id, int attempt, Instant now) {
        return DeadLetterEvents.of(plan, partition, id, record.flow(), attempt, now);
    }
}
