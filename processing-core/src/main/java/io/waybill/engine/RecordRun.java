package io.waybill.engine;

import io.waybill.engine.Progress.Held;
import io.waybill.engine.Progress.More;
import io.waybill.engine.Progress.Running;
import io.waybill.engine.Progress.Settled;
import io.waybill.engine.Progress.Stopped;
import io.waybill.pipeline.FailurePolicy;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The run of one record of a task, with all its parts, until it settles. Nothing of it leaves before: a crash or a
 * stop in between leaves no trace, and it runs again from its entry point (I3). Parts run depth first, in order.
 */
final class RecordRun {

    private final StagePlan plan;
    private final EngineOptions options;
    private final Ports ports;
    private final FlowRecord record;
    private final Entry first;
    private final StateLayer state;
    private final Settlement settlement;
    private final @Nullable OperatorFailure refusal;
    private final Deque<Entry> pending = new ArrayDeque<>(1);
    private Effects effects = new Effects();

    private long pendingBytes;
    /** How many of the record and its parts are done with. */
    private int unit;

    private int tries;
    private Instant firstFailedAt = Instant.EPOCH;
    private @Nullable Instant nextTryAt;
    private @Nullable Attempt attempt;
    private @Nullable Guard guard;

    /**
     * @param state the layer of this record; merged down by whoever releases it
     * @param refusal why the record must not run at all; its policy decides what becomes of it
     */
    RecordRun(
            StagePlan plan,
            EngineOptions options,
            Ports ports,
            FlowRecord record,
            Entry first,
            StateLayer state,
            Settlement settlement,
            @Nullable OperatorFailure refusal) {
        this.plan = plan;
        this.options = options;
        this.ports = ports;
        this.record = record;
        this.first = first;
        this.state = state;
        this.settlement = settlement;
        this.refusal = refusal;
        pending.add(first);
        pendingBytes = first.payload().length;
        settlement.begin(effects, state);
    }

    /** From now on no part of it is run that may end the process once too often. */
    void guardedBy(Guard by) {
        guard = by;
    }

    FlowRecord record() {
        return record;
    }

    StateLayer state() {
        return state;
    }

    /** What it did; complete once {@link #advance} has said {@link Settled}. */
    Effects effects() {
        return effects;
    }

    /** Whether another thread is in an operator of it. */
    boolean isAway() {
        return attempt != null;
    }

    /** Whether the other thread is back, or need not be waited for any more. */
    boolean isRunnable(Instant now) {
        return attempt == null || attempt.isOver() || attempt.isLate(now);
    }

    void cutLate(Instant now) {
        if (attempt != null && !attempt.isOver() && attempt.isLate(now)) {
            attempt.abandon();
        }
    }

    /** Its task is gone: nothing that another thread still does for it may count. */
    void abandon() {
        if (attempt != null) {
            attempt.abandon();
        }
    }

    /** Runs until the record settles, cannot go on, or {@code until} is past; at least one record or part. */
    Progress advance(Helm helm, InstantSource clock, Instant until) {
        while (!pending.isEmpty()) {
            Instant now = clock.instant();
            if (!isRunnable(now)) {
                return new Running();
            }
            if (nextTryAt != null && now.isBefore(nextTryAt)) {
                return new Held(nextTryAt, null);
            }
            if (attempt == null && guard != null && !guard.admits(unit)) {
                return new More();
            }
            Entry entry = pending.getFirst();
            Attempt current = attempt == null ? begun(helm, entry, now) : attempt;
            attempt = null;
            OperatorFailure failure = failure(entry, current);
            if (failure == null) {
                settle(entry, current.scope(), now);
            } else {
                Progress progress = failed(entry, failure, now);
                if (progress != null) {
                    return progress;
                }
            }
            if (!pending.isEmpty() && !clock.instant().isBefore(until)) {
                return new More();
            }
        }
        settlement.complete(effects, state, clock.instant());
        return new Settled();
    }

    /** Past the call everything may be another thread's: it unwinds then. */
    private Attempt begun(Helm helm, Entry entry, Instant now) {
        Attempt begun =
                new Attempt(new RecordScope(state.layer(), record, entry, budget()), now, options.recordDeadline());
        OperatorFailure barred = refusal == null ? barred(entry) : refusal;
        attempt = begun;
        helm.run(begun, () -> {
            if (barred != null) {
                throw barred;
            }
            plan.chain().run(entry, begun.scope());
        });
        return begun;
    }

    /** Why it must not be run: what came of it before. */
    private @Nullable OperatorFailure barred(Entry entry) {
        Guard by = guard;
        if (by == null) {
            return null;
        }
        Refusals.Refusal refused =
                by.refusal(record.flow(), entry, ports.clock().instant());
        if (refused != null) {
            return plan.chain().refused(refused);
        }
        int exits = by.before(entry.path());
        if (exits == 0) {
            return null;
        }
        by.quarantined(record, entry.path().deadLetterId(record.flow(), plan.stage()), exits);
        return plan.chain().quarantined(entry, exits);
    }

    private @Nullable OperatorFailure failure(Entry entry, Attempt tried) {
        if (!tried.isOver()) {
            tried.abandon();
            plan.chain().renew();
            return plan.chain().deadlineExceeded(entry, tried.scope());
        }
        return switch (tried.thrown()) {
            case null -> null;
            case OperatorFailure failure -> failure;
            case RuntimeException unexpected -> throw unexpected;
            case Error failing -> throw failing;
            case Throwable undeclared -> throw new IllegalStateException(undeclared);
        };
    }

    private void settle(Entry entry, RecordScope scope, Instant now) {
        scope.keep(effects);
        done();
        forward(entry, scope);
        handOn(entry, scope);
        settlement.part(effects, entry, scope, now);
        List<Entry> parts = scope.parts();
        for (int i = parts.size() - 1; i >= 0; i--) {
            pending.addFirst(parts.get(i));
            pendingBytes += parts.get(i).payload().length;
        }
        if (!entry.path().isRoot() && !pending.isEmpty()) {
            ports.probe().at(Probe.Point.INSIDE_SPLIT, record.flow().toString());
        }
    }

    /** One record keeps its path; several become its parts, since each has a fate of its own from here. */
    private void forward(Entry entry, RecordScope scope) {
        List<Forward> forwards = scope.forwards();
        int before = scope.parts().size();
        for (int i = 0; i < forwards.size(); i++) {
            Forward forward = forwards.get(i);
            Entry as = scope.goesOnAsItself()
                    ? entry
                    : new Entry(0, entry.path().child(before + i + 1), forward.payload(), entry.label(), 0);
            effects.output(forward.record(plan.inputOf(forward.stage()), record, as, begunEdge()), forward.size());
        }
    }

    /** What goes on in another pipeline is a part of the record there: so no path is two pipelines'. */
    private void handOn(Entry entry, RecordScope scope) {
        int before = scope.parts().size() + scope.forwards().size();
        for (HandedOn output : scope.handedOn()) {
            output.address(plan, record, entry, before, this::begunEdge);
            before += output.readers().size();
        }
    }

    private long begunEdge() {
        long edge = newEdge();
        settlement.forwarded(edge);
        return edge;
    }

    private long newEdge() {
        long edge = ports.random().nextLong();
        return edge == 0 ? 1 : edge;
    }

    private long budget() {
        return options.maxEffectsBytes() - effects.bytes() - pendingBytes;
    }

    private @Nullable Progress failed(Entry entry, OperatorFailure failure, Instant now) {
        tries++;
        if (tries == 1) {
            firstFailedAt = now;
        }
        FailurePolicy policy = failure.policy();
        if (failure.retryable() && tries <= policy.retries()) {
            nextTryAt = now.plus(policy.backoff().delay(tries));
            return new Held(nextTryAt, Outcomes.waiting(record.flow(), entry, failure, tries, nextTryAt, now));
        }
        if (policy.then() == FailurePolicy.Then.STOP && !settlement.isReplay()) {
            return new Stopped(failure);
        }
        if (failure.code().equals(RecordScope.EFFECTS_TOO_LARGE)) {
            giveUpWhole(failure, now);
            return null;
        }
        settlement.deadLetter(effects, state, entry, failure, tries, firstFailedAt, now);
        done();
        return null;
    }

    /** The message as a whole becomes the dead letter; nothing of its parts remains. */
    private void giveUpWhole(OperatorFailure failure, Instant now) {
        pending.clear();
        pending.add(first);
        pendingBytes = first.payload().length;
        effects = new Effects();
        state.clear();
        settlement.begin(effects, state);
        settlement.deadLetter(effects, state, first, failure, tries, firstFailedAt, now);
        done();
    }

    private void done() {
        pendingBytes -= pending.removeFirst().payload().length;
        unit++;
        tries = 0;
        nextTryAt = null;
    }
}
