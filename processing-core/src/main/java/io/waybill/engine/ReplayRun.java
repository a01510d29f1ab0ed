package io.waybill.engine;

import io.waybill.format.v1.DeadLetterEvent;
import io.waybill.format.v1.DeadLetterRow;
import io.waybill.format.v1.Discarded;
import io.waybill.format.v1.LetGo;
import io.waybill.format.v1.ReplayAccepted;
import io.waybill.format.v1.ReplayCommand;
import io.waybill.format.v1.Resolved;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Settles an accepted replay or discard of one dead letter: the repair leads to the flow's next result. */
final class ReplayRun implements Settlement {

    private final StagePlan plan;
    private final int partition;
    private final FlowRecord record;
    private final ReplayCommand command;
    private final DeadLetterRow deadLetter;
    private final Flows flows;
    private final long logTimeMs;
    private final Instant begunAt;
    private final Consumer<String> repaired;
    private final boolean returned;

    private FlowChange change;
    private int parts;
    private boolean failedAgain;
    private boolean waits;

    private ReplayRun(
            StagePlan plan,
            int partition,
            FlowRecord record,
            ReplayCommand command,
            DeadLetterRow deadLetter,
            Flows flows,
            long logTimeMs,
            Instant begunAt,
            Consumer<String> repaired,
            boolean returned) {
        this.plan = plan;
        this.partition = partition;
        this.record = record;
        this.command = command;
        this.deadLetter = deadLetter;
        this.flows = flows;
        this.logTimeMs = logTimeMs;
        this.begunAt = begunAt;
        this.repaired = repaired;
        this.returned = returned;
        this.change = FlowChange.of(plan, record);
    }

    static ReplayRun ofOrder(
            StagePlan plan,
            int partition,
            FlowRecord record,
            ReplayCommand command,
            DeadLetterRow deadLetter,
            Flows flows,
            long logTimeMs,
            Instant begunAt,
            Consumer<String> repaired) {
        return new ReplayRun(plan, partition, record, command, deadLetter, flows, logTimeMs, begunAt, repaired, false);
    }

    /** Of one that went to the waiting room: that it was accepted is said. */
    static ReplayRun ofReturned(
            StagePlan plan,
            int partition,
            FlowRecord record,
            ReplayCommand command,
            DeadLetterRow deadLetter,
            Flows flows,
            long logTimeMs,
            Instant begunAt,
            Consumer<String> repaired) {
        return new ReplayRun(plan, partition, record, command, deadLetter, flows, logTimeMs, begunAt, repaired, true);
    }

    @Override
    public boolean isReplay() {
        return true;
    }

    @Override
    public void begin(Effects effects, StateLayer state) {
        change = FlowChange.of(plan, record);
        parts = 0;
        failedAgain = false;
        waits = false;
        if (returned) {
            return;
        }
        effects.deadLetter(event(command.getDeadLetterId(), command.getAttempt(), begunAt)
                .setAccepted(ReplayAccepted.newBuilder()
                        .setReplayId(command.getReplayId())
                        .setRevision(command.getRevision()))
                .build());
    }

    @Override
    public void forwarded(Hop hop) {
        change.begun(hop);
    }

    /** The dead letter itself is still open, and waited for as such; what became of it is a record like others. */
    @Override
    public Return waits(Effects effects, Entry entry, LongSupplier edges) {
        if (entry.path().deadLetterId(record.flow(), plan.stage()).equals(command.getDeadLetterId())) {
            waits = true;
            return new Return.AsReplay(command);
        }
        long edge = edges.getAsLong();
        change.begun(Hop.to(plan.stage(), entry.path(), edge));
        return new Return.ByEdge(edge, command.getReplayId());
    }

    @Override
    public void part(Effects effects, Entry entry, RecordScope scope, Instant now) {
        effects.fact(Outcomes.part(record.flow(), entry, scope, now));
        if (entry.attempt() == command.getAttempt()) {
            parts = scope.children();
        }
        change.settled(scope.outcome());
    }

    @Override
    public void deadLetter(Effects effects, StateLayer state, Entry entry, GivenUp how, Instant now) {
        String id = entry.path().deadLetterId(record.flow(), plan.stage());
        boolean isItself = id.equals(command.getDeadLetterId());
        failedAgain |= isItself;
        boolean inSequence = isItself ? deadLetter.getInSequence() : how.isInSequence();
        effects.fact(Outcomes.deadLettered(record.flow(), entry, id, how.failure(), now));
        effects.deadLetter(event(id, entry.attempt(), now)
                .setCaptured(DeadLetterEvents.captured(plan, record, entry, how)
                        .setInSequence(inSequence)
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
                        .setQuarantined(how.failure().isQuarantine())
                        .setInSequence(inSequence)
                        .setToldBehind(isItself ? deadLetter.getToldBehind() : 0)
                        .build());
        change.deadLettered();
    }

    @Override
    public void complete(Effects effects, StateLayer state, Instant now) {
        if (failedAgain || waits) {
            return;
        }
        effects.deadLetter(event(command.getDeadLetterId(), command.getAttempt(), now)
                .setResolved(Resolved.newBuilder()
                        .setReplayId(command.getReplayId())
                        .setRevision(command.getRevision())
                        .setParts(parts))
                .build());
        change.repaired();
        repair(effects, state, now);
    }

    /** Ends the dead letter for good without running it. */
    void discard(Effects effects, StateLayer state, Entry entry, Instant now) {
        effects.deadLetter(event(command.getDeadLetterId(), command.getAttempt(), now)
                .setDiscarded(Discarded.newBuilder()
                        .setReplayId(command.getReplayId())
                        .setReason(command.getReason())
                        .setBy(command.getRequestedBy()))
                .build());
        effects.fact(Outcomes.discarded(record.flow(), entry, command.getDeadLetterId(), now));
        change.discarded();
        repair(effects, state, now);
    }

    /** Nobody waits for the dead letter any more; it stays open. */
    void letGo(Effects effects, StateLayer state, Instant now) {
        effects.deadLetter(event(command.getDeadLetterId(), command.getAttempt(), now)
                .setLetGo(LetGo.newBuilder()
                        .setReplayId(command.getReplayId())
                        .setReason(command.getReason())
                        .setBy(command.getRequestedBy()))
                .build());
        Rows.put(
                state,
                command.getDeadLetterId(),
                deadLetter.toBuilder()
                        .setAttempt(command.getAttempt())
                        .setInSequence(false)
                        .build());
    }

    private void repair(Effects effects, StateLayer state, Instant now) {
        Rows.deleteDeadLetter(state, command.getDeadLetterId());
        repaired.accept(command.getDeadLetterId());
        flows.change(change.of(record, null), logTimeMs, effects, state, now);
    }

    private DeadLetterEvent.Builder event(String id, int attempt, Instant now) {
        return DeadLetterEvents.of(plan, partition, id, record.flow(), attempt, now);
    }
}
