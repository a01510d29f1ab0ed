package io.waybill.engine;

import io.waybill.engine.Progress.Held;
import io.waybill.engine.Progress.More;
import io.waybill.engine.Progress.PutBy;
import io.waybill.engine.Progress.Running;
import io.waybill.engine.Progress.Settled;
import io.waybill.engine.Progress.Stopped;
import io.waybill.format.v1.Bundle;
import io.waybill.format.v1.WaitingRow;
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

    private static final byte[] NOTHING = {};

    private final StagePlan plan;
    private final EngineOptions options;
    private final Ports ports;
    private final FlowRecord record;
    private final Entry first;
    private final StateLayer state;
    private final Settlement settlement;
    private final @Nullable OperatorFailure refusal;
    private final Places places;
    private final Deque<Entry> pending = new ArrayDeque<>(1);
    private Effects effects = new Effects();

    private long pendingBytes;
    /** Whose parts are the last of those that are pending; null where they are nobody's. */
    private @Nullable OpenBundle bundle;
    /** How many of these did not run. */
    private int unrun;
    /** A split that has not returned; null where there is none. */
    private @Nullable RecordScope splitting;

    private @Nullable BundleWriter putBy;
    /** How many of the record and its parts are done with. */
    private int unit;

    private int tries;
    private Instant firstFailedAt = Instant.EPOCH;
    private @Nullable Instant nextTryAt;
    private @Nullable Attempt attempt;
    private @Nullable Guard guard;
    private @Nullable OperatorTimes times;
    private boolean firstWaits;
    private boolean tookEffect;
    private boolean leavesBundle;
    /** By the entry that is next, in the run before; null where that is nothing. */
    private @Nullable Asked asked;

    /**
     * @param state the layer of this record; merged down by whoever releases it
     * @param refusal why the record must not run at all; its policy decides what becomes of it
     * @param places where it waits where it must
     */
    RecordRun(
            StagePlan plan,
            EngineOptions options,
            Ports ports,
            FlowRecord record,
            Entry first,
            StateLayer state,
            Settlement settlement,
            @Nullable OperatorFailure refusal,
            Places places) {
        this.plan = plan;
        this.options = options;
        this.ports = ports;
        this.record = record;
        this.first = first;
        this.state = state;
        this.settlement = settlement;
        this.refusal = refusal;
        this.places = places;
        asked = places.answers();
        WaitingRow returned = places.returned();
        if (returned != null) {
            tries = returned.getTries();
            firstFailedAt = Instant.ofEpochMilli(returned.getFirstFailedAtMs());
        }
        pending.add(first);
        pendingBytes = first.payload().length;
        settlement.begin(effects, state);
    }

    /** It is the run of a bundle's next parts, of which it has the first. */
    void goesThrough(OpenBundle its) {
        bundle = its;
        unrun = its.left().size();
        for (Entry entry : its.left().subList(1, unrun)) {
            pending.add(entry);
            pendingBytes += entry.payload().length;
        }
    }

    /** From now on no part of it is run that may end the process once too often. */
    void guardedBy(Guard by) {
        guard = by;
    }

    /** From now on what its operators take is measured. */
    void measuredBy(OperatorTimes by) {
        times = by;
    }

    /** Others of its key wait: it must not run before them. One that is refused takes no effect before them either. */
    boolean mustStandBehind() {
        return refusal == null && places.areBehindOthers();
    }

    /** Instead of running it goes to the waiting room, and has settled with that. */
    void standBehind(Instant now) {
        String head = places.overflowsBehind();
        if (head != null) {
            giveUpBehind(head, now);
            settlement.complete(effects, state, now);
            return;
        }
        if (!places.areBehindCall()) {
            effects.fact(Outcomes.behind(record.flow(), first, places.dueOfOthers(now), now));
        }
        leave(List.of(first), WaitingRow.newBuilder(), null, now);
        settlement.complete(effects, state, now);
    }

    /** It has settled: what waits is in the room from now on, what came from there has left it. */
    void takePlaces(Instant now) {
        byte[] key = record.key();
        if (tookEffect && key != null && plan.chain().isKeyed()) {
            places.happened(key);
        }
        places.settle(state, now);
    }

    /** Some of its parts are next, as a bundle. */
    boolean leavesBundle() {
        return leavesBundle;
    }

    /** What of it waits for answers, once it has settled. */
    List<Waiting> asking() {
        return places.asking();
    }

    /** It stopped its task, and is given up: it begins anew as if it had never been tried. */
    void startAfresh() {
        places.startAfresh();
    }

    /** Whether it ended as a whole: it does not wait, nor is it a part that did. */
    boolean isOver() {
        WaitingRow returned = places.returned();
        return !firstWaits && bundle == null && (returned == null || returned.hasReplay() || first.start() <= 0);
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
            if (nextTryAt != null && now.isBefore(nextTryAt) && !hasAnswers(now)) {
                return new Held(nextTryAt, null);
            }
            if (attempt == null && guard != null && !guard.admits(unit)) {
                return new More();
            }
            Entry entry = pending.getFirst();
            Attempt current = attempt == null ? begun(helm, entry, now) : attempt;
            attempt = null;
            OperatorFailure failure = failure(entry, current);
            Asked unanswered = failure == null ? current.scope().unanswered() : null;
            Progress progress = null;
            if (failure != null) {
                progress = failed(entry, failure, now);
            } else if (unanswered != null) {
                progress = calls(entry, unanswered, now);
            } else if (current.scope().isFull()) {
                return putsBy(current.scope());
            } else {
                settle(entry, current.scope(), now);
            }
            if (progress != null) {
                return progress;
            }
            if (putBy != null || (!pending.isEmpty() && effects.bytes() >= options.maxBytesOfRun())) {
                waitAsOne(now);
            }
            if (!pending.isEmpty() && !clock.instant().isBefore(until)) {
                return new More();
            }
        }
        goOnLater();
        settlement.complete(effects, state, clock.instant());
        return new Settled();
    }

    /** Past the call everything may be another thread's: it unwinds then. */
    private Attempt begun(Helm helm, Entry entry, Instant now) {
        Asked before = asked;
        if (before != null && places.answers() != before) {
            places.desk().end(before);
        }
        asked = null;
        nextTryAt = null;
        RecordScope goesOn = splitting;
        splitting = null;
        RecordScope scope = goesOn == null ? scope(entry, before) : goesOn;
        Attempt begun = new Attempt(scope, now, options.recordDeadline());
        OperatorFailure barred = refusal == null ? barred(entry) : refusal;
        attempt = begun;
        helm.run(begun, () -> {
            if (barred != null) {
                throw barred;
            }
            if (goesOn == null) {
                plan.chain().run(entry, begun.scope());
            } else {
                plan.chain().goOn(goesOn);
            }
        });
        return begun;
    }

    private RecordScope scope(Entry entry, @Nullable Asked before) {
        Laps laps = times == null ? null : times.next();
        return new RecordScope(state.layer(), record, entry, budget(), options.maxBytesOfRun(), laps, before);
    }

    /** Nothing of its parts happens before their split has returned: until then they are bytes that nobody refers to. */
    private Progress putsBy(RecordScope scope) {
        splitting = scope;
        scope.takeParts().forEach(writer()::add);
        Effects written = new Effects();
        written.stateChange(writer().written());
        return new PutBy(written);
    }

    private BundleWriter writer() {
        BundleWriter writer = putBy;
        if (writer == null) {
            writer = places.bundle(plan.chain(), options, newEdge());
            putBy = writer;
        }
        return writer;
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
        by.quarantined(record, deadLetterId(entry), exits);
        return plan.chain().quarantined(entry, exits);
    }

    private @Nullable OperatorFailure failure(Entry entry, Attempt tried) {
        if (!tried.isOver()) {
            tried.abandon();
            plan.chain().renew();
            return plan.chain().deadlineExceeded(entry, tried.scope());
        }
        Laps laps = tried.scope().laps();
        if (times != null && laps != null) {
            times.add(laps);
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
        tookEffect = true;
        done();
        forward(entry, scope);
        handOn(entry, scope);
        settlement.part(effects, entry, scope, now);
        List<Entry> parts = scope.takeParts();
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
        int before = scope.partCount();
        for (int i = 0; i < forwards.size(); i++) {
            Forward forward = forwards.get(i);
            Entry as = scope.goesOnAsItself()
                    ? entry
                    : new Entry(0, entry.path().child(before + i + 1), forward.payload(), entry.label(), 0);
            long edge = newEdge();
            settlement.forwarded(Hop.to(forward.stage(), as.path(), edge));
            effects.output(forward.record(plan.inputOf(forward.stage()), record, as, edge), forward.size());
        }
    }

    /** What goes on in another pipeline is a part of the record there: so no path is two pipelines'. */
    private void handOn(Entry entry, RecordScope scope) {
        int before = scope.partCount() + scope.forwards().size();
        for (HandedOn output : scope.handedOn()) {
            output.address(plan, record, entry, before, this::handedOnBy);
            before += output.readers().size();
        }
    }

    private long handedOnBy(String reader, PartPath as) {
        long edge = newEdge();
        settlement.forwarded(Hop.into(reader, as, edge));
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
        if (putBy != null) {
            putBy.discard();
            putBy = null;
        }
        tries++;
        if (tries == 1) {
            firstFailedAt = now;
        }
        FailurePolicy policy = failure.policy();
        if (failure.retryable() && tries <= policy.retries()) {
            return waits(entry, now.plus(policy.backoff().delay(tries, ports.random())), failure, now);
        }
        if (policy.then() == FailurePolicy.Then.STOP && !settlement.isReplay()) {
            return new Stopped(failure);
        }
        boolean whole = bundle == null && failure.code().equals(RecordScope.EFFECTS_TOO_LARGE);
        boolean inSequence = isInSequence(whole ? first : entry, policy);
        GivenUp how = new GivenUp(failure, tries, firstFailedAt, inSequence);
        if (whole) {
            giveUpWhole(how, now);
        } else {
            settlement.deadLetter(effects, state, entry, how, now);
            done();
        }
        if (inSequence) {
            bar(whole ? first : entry, now);
        }
        return null;
    }

    /** One that is refused unrun had no turn that others would wait for; what a replay led to has that of its dead letter. */
    private boolean isInSequence(Entry entry, FailurePolicy policy) {
        if (refusal != null || policy.then() == FailurePolicy.Then.DEAD_LETTER) {
            return false;
        }
        return settlement.isReplay()
                ? places.areInSequence(deadLetterId(entry), plan.chain().laneKey(record.key()))
                : places.areInOrder();
    }

    /** It keeps its place as a dead letter, and all that is still to run waits behind it. */
    private void bar(Entry deadLetter, Instant now) {
        places.joinSequence();
        takePlace(deadLetter, now);
        List<Entry> rest = fresh();
        if (places.haveRoomBehind(record, rest, options)) {
            leave(rest, WaitingRow.newBuilder(), null, now);
        } else if (!places.haveRoomForBundleBehind(record, options)) {
            for (Entry unused : rest) {
                giveUpBehind(deadLetterId(deadLetter), now);
            }
        }
        waitAsOne(now);
    }

    /** Those that are pending and wait nowhere: what is left of a bundle does. */
    private List<Entry> fresh() {
        return List.copyOf(pending).subList(0, pending.size() - unrun);
    }

    /** What is pending waits as one; what was a bundle's already stays there. */
    private void waitAsOne(Instant now) {
        int stay = unrun;
        while (pending.size() > stay) {
            writer().add(removed());
        }
        BundleWriter writer = putBy;
        if (writer != null) {
            Bundle.Builder whole = writer.end();
            effects.stateChange(writer.written());
            takePlace(writer.path(), whole, now);
            putBy = null;
        }
        pending.clear();
        pendingBytes = 0;
    }

    /** What the run of a bundle did not come to is next in its place. */
    private void goOnLater() {
        OpenBundle its = bundle;
        if (its == null) {
            return;
        }
        its.passes(unrun, state);
        Bundle.Builder rest = its.rest(unrun);
        if (rest != null) {
            takePlace(its.path(unrun), rest, Instant.ofEpochMilli(its.sinceMs()));
        }
    }

    private void takePlace(PartPath first, Bundle.Builder bundled, Instant since) {
        Return by = settlement.waits(effects, new Entry(0, first, NOTHING, "", 0), this::newEdge);
        WaitingRow row = WaitingRecords.row(record, first, bundled, by, since);
        places.take(record.flow(), first, row, null);
        leavesBundle = true;
        effects.stateChange(row.getSerializedSize());
    }

    /** As many as may wait behind this dead letter; what is next becomes one itself, unrun, and keeps its place as well. */
    private void giveUpBehind(String head, Instant now) {
        Entry next = pending.getFirst();
        OperatorFailure failure = plan.chain().behindDeadLetter(next, head, places.waiting());
        settlement.deadLetter(effects, state, next, new GivenUp(failure, 0, now, true), now);
        done();
        takePlace(next, now);
    }

    private void takePlace(Entry deadLetter, Instant now) {
        WaitingRow row = WaitingRecords.of(deadLetterId(deadLetter), now);
        places.take(record.flow(), deadLetter.path(), row, null);
        effects.stateChange(row.getSerializedSize());
    }

    private String deadLetterId(Entry entry) {
        return entry.path().deadLetterId(record.flow(), plan.stage());
    }

    /** In the waiting room; where that is full, here: then its task waits with it. */
    private @Nullable Progress waits(Entry entry, Instant due, OperatorFailure failure, Instant now) {
        Fact news = Outcomes.waiting(record.flow(), entry, failure, tries, due, now);
        WaitingRow.Builder tried = WaitingRow.newBuilder()
                .setDueMs(due.toEpochMilli())
                .setTries(tries)
                .setFirstFailedAtMs(firstFailedAt.toEpochMilli());
        if (places.returned() != null && isFirst(entry)) {
            return waitsOn(places.returned(), tried, news);
        }
        if (!leaves(entry, tried, null, now)) {
            nextTryAt = due;
            return new Held(due, news);
        }
        effects.fact(news);
        unit++;
        return null;
    }

    /** It and what is not to overtake it wait from now on; false where there is no place for them. */
    private boolean leaves(Entry entry, WaitingRow.Builder tried, @Nullable Asked calls, Instant now) {
        List<Entry> alone = List.of(entry);
        if (!places.areInOrder()) {
            boolean haveRoom = places.haveRoom(record, alone, options);
            if (haveRoom) {
                leave(alone, tried, calls, now);
            }
            return haveRoom;
        }
        int its = unrun == pending.size() ? 1 : 0;
        List<Entry> fresh = List.copyOf(pending).subList(0, pending.size() - unrun + its);
        boolean singly = places.haveRoom(record, fresh, options);
        if (!singly && !places.haveRoomWithBundle(record, alone, options)) {
            return false;
        }
        leave(singly ? fresh : alone, tried, calls, now);
        waitAsOne(now);
        return true;
    }

    /** Nothing of its run remains: it runs again when it has its answers, from the waiting room, or from here where that is full. */
    private @Nullable Progress calls(Entry entry, Asked calls, Instant now) {
        byte[] key = record.key();
        if (key != null && plan.chain().isKeyed()) {
            calls.ofKey(key);
        }
        if (places.canStay() && isFirst(entry)) {
            pending.clear();
            effects = new Effects();
            state.clear();
            places.stay(calls);
            firstWaits = true;
            return new Settled();
        }
        WaitingRow.Builder tried = WaitingRow.newBuilder();
        if (tries > 0) {
            tried.setTries(tries).setFirstFailedAtMs(firstFailedAt.toEpochMilli());
        }
        if (!leaves(entry, tried, calls, now)) {
            asked = calls;
            places.desk().begin(calls);
            // While none of them has begun nobody knows when the last answer comes.
            nextTryAt = calls.readyMs() == Asked.NEVER
                    ? now.plus(options.recordDeadline())
                    : Instant.ofEpochMilli(calls.readyMs());
            return new Held(nextTryAt, null);
        }
        unit++;
        return null;
    }

    /** It is held here, and need not be any longer. */
    boolean hasAnswers(Instant now) {
        return asked != null && asked.isReady(now.toEpochMilli());
    }

    /** Nothing happened but that it was tried once more. */
    private Settled waitsOn(WaitingRow before, WaitingRow.Builder tried, Fact news) {
        pending.clear();
        effects = new Effects();
        effects.fact(news);
        places.keep(before.toBuilder().mergeFrom(tried.build()).build());
        firstWaits = true;
        return new Settled();
    }

    /**
     * @param tried of the first of them; the others wait for their turn
     * @param calls what the first of them waits for; null where that is its time, or its turn
     */
    private void leave(List<Entry> leaving, WaitingRow.Builder tried, @Nullable Asked calls, Instant now) {
        WaitingRow.Builder row = tried;
        Asked its = calls;
        for (Entry entry : leaving) {
            Return by = settlement.waits(effects, entry, this::newEdge);
            WaitingRow whole = WaitingRecords.row(plan, record, entry, by, now)
                    .mergeFrom(row.build())
                    .build();
            places.take(record.flow(), entry.path(), whole, its);
            its = null;
            effects.stateChange(whole.getSerializedSize());
            firstWaits |= isFirst(entry);
            removed();
            row = WaitingRow.newBuilder();
        }
        tries = 0;
        nextTryAt = null;
    }

    /** Others of the run are its parts. */
    private boolean isFirst(Entry entry) {
        return entry.path().equals(first.path());
    }

    /** The message as a whole becomes the dead letter; nothing of its parts remains. */
    private void giveUpWhole(GivenUp how, Instant now) {
        pending.clear();
        pending.add(first);
        pendingBytes = first.payload().length;
        effects = new Effects();
        state.clear();
        places.clear();
        settlement.begin(effects, state);
        settlement.deadLetter(effects, state, first, how, now);
        done();
    }

    private Entry removed() {
        Entry next = pending.removeFirst();
        pendingBytes -= next.payload().length;
        unrun = Math.min(unrun, pending.size());
        return next;
    }

    private void done() {
        removed();
        unit++;
        tries = 0;
        nextTryAt = null;
    }
}
