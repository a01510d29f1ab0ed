package io.waybill.engine;

import io.waybill.format.TrackingId;
import io.waybill.format.v1.PartState;
import java.time.Instant;
import java.util.function.LongSupplier;

/**
 * Settles a timer that fired: it is gone whatever becomes of it. What it emits, or its dead letter, belongs to a flow of
 * its own; one that emits nothing leaves no trace but its changes of state.
 */
final class TimerRun implements Settlement {

    private final RegisteredTimer timer;
    private final TrackingId causedBy;
    private final FlowRecord record;
    private final FirstRun run;
    private final Instant begunAt;
    private boolean told;

    TimerRun(RegisteredTimer timer, TrackingId causedBy, FlowRecord record, FirstRun run, Instant begunAt) {
        this.timer = timer;
        this.causedBy = causedBy;
        this.record = record;
        this.run = run;
        this.begunAt = begunAt;
    }

    @Override
    public boolean isReplay() {
        return false;
    }

    @Override
    public void begin(Effects effects, StateLayer state) {
        told = false;
        run.begin(new Effects(), state);
        state.delete(RegisteredTimer.TIMERS, timer.row());
        if (!timer.name().isEmpty()) {
            state.delete(RegisteredTimer.NAMES, timer.nameRow());
        }
    }

    @Override
    public void forwarded(Hop hop) {
        run.forwarded(hop);
    }

    @Override
    public Return waits(Effects effects, Entry entry, LongSupplier edges) {
        tell(effects);
        return run.waits(effects, entry, edges);
    }

    @Override
    public void part(Effects effects, Entry entry, RecordScope scope, Instant now) {
        boolean silent = entry.path().isRoot()
                && scope.outcome() == PartState.FILTERED
                && scope.sinks().isEmpty();
        if (!silent) {
            tell(effects);
            run.part(effects, entry, scope, now);
        }
    }

    @Override
    public void deadLetter(Effects effects, StateLayer state, Entry entry, GivenUp how, Instant now) {
        tell(effects);
        run.deadLetter(effects, state, entry, how, now);
    }

    private void tell(Effects effects) {
        if (!told) {
            told = true;
            effects.fact(Outcomes.fired(record, timer, causedBy, begunAt));
        }
    }

    @Override
    public void complete(Effects effects, StateLayer state, Instant now) {
        if (told) {
            run.complete(effects, state, now);
        }
    }
}
