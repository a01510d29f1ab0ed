package io.waybill.engine;

import io.waybill.format.LogFormats;
import io.waybill.format.TrackingId;
import io.waybill.format.v1.TimerRow;
import io.waybill.pipeline.Headers;
import io.waybill.pipeline.StateChange;
import io.waybill.pipeline.Timer;
import io.waybill.store.LocalStore;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The timers of a task. A timer counts once the checkpoint that registered it is committed. Those that are due are taken
 * from the store in their order, a bounded number for each checkpoint, and stand behind the records that were read
 * before: so they never overtake one of their key.
 */
final class Timers {

    /** After a long stop they come at this rate, and records go on between them. */
    static final int MOST_FOR_EACH_CHECKPOINT = 1_000;

    /** Stands for an operator's timers where a state's name is asked for. */
    static final String DROPPED_AS = "timers";

    private final StagePlan plan;
    private final int partition;
    private final EngineOptions options;
    private final Ports ports;
    private final Flows flows;
    private final StateLayer state;
    private final WaitingRoom room;
    private final Deque<Due> due = new ArrayDeque<>();
    private @Nullable Instant nextAt;
    private boolean unsure;

    /** @param behind how many records of the input were read before it */
    private record Due(RegisteredTimer timer, long behind) {}

    Timers(
            StagePlan plan,
            int partition,
            EngineOptions options,
            Ports ports,
            Flows flows,
            StateLayer state,
            WaitingRoom room) {
        this.plan = plan;
        this.partition = partition;
        this.options = options;
        this.ports = ports;
        this.flows = flows;
        this.state = state;
        this.room = room;
        committed();
    }

    /** The committed timers are others than before. */
    void committed() {
        List<LocalStore.Entry> first = state.scanCommitted(RegisteredTimer.TIMERS, RegisteredTimer.FIRST, 1);
        unsure = !due.isEmpty();
        // Those that wait already are still among the committed ones: the next are looked for when they are done.
        nextAt = first.isEmpty() || !due.isEmpty()
                ? null
                : Instant.ofEpochMilli(
                        RegisteredTimer.of(first.getFirst().key()).timeMs());
    }

    /** Those that waited are done with, and none of them may have changed anything: all were cancelled. */
    boolean mustBeLookedFor() {
        return unsure && due.isEmpty();
    }

    /** When the next one is due; null where none is, or enough wait. */
    @Nullable
    Instant nextAt() {
        return nextAt;
    }

    /**
     * Something can be fired now, or looked for.
     *
     * @param taken how many records of the input were taken up
     */
    boolean areDue(Instant now, long taken) {
        Due first = due.peekFirst();
        Instant next = nextAt;
        return first == null ? next != null && !now.isBefore(next) : first.behind() <= taken;
    }

    /** @param read how many records of the input were read */
    void collect(Instant now, long read) {
        Instant next = nextAt;
        if (next == null || now.isBefore(next)) {
            return;
        }
        nextAt = null;
        unsure = true;
        for (LocalStore.Entry row :
                state.scanCommitted(RegisteredTimer.TIMERS, RegisteredTimer.FIRST, MOST_FOR_EACH_CHECKPOINT)) {
            RegisteredTimer timer = RegisteredTimer.of(row.key());
            if (timer.timeMs() > now.toEpochMilli()) {
                nextAt = due.isEmpty() ? Instant.ofEpochMilli(timer.timeMs()) : null;
                return;
            }
            due.add(new Due(timer, read));
        }
    }

    /**
     * The next timer where its turn has come.
     *
     * @param taken how many records of the input were taken up
     */
    @Nullable
    RegisteredTimer poll(long taken) {
        Due first = due.peekFirst();
        if (first == null || first.behind() > taken) {
            return null;
        }
        due.removeFirst();
        return first.timer();
    }

    /** It will be fired again before all others. */
    void putBack(RegisteredTimer timer) {
        due.addFirst(new Due(timer, 0));
    }

    /** @param layer a fresh one for this timer */
    Work fire(RegisteredTimer timer, StateLayer layer, long logTimeMs) {
        if (room.isTaken(Lane.ofKey(timer.key()))) {
            return standBehind(timer, layer);
        }
        return fire(timer, layer, logTimeMs, Places.ofTimer(room, timer));
    }

    /** Others of its key wait: it takes its place behind them, where it can still be cancelled. */
    private Work standBehind(RegisteredTimer timer, StateLayer layer) {
        if (!timer.move(RegisteredTimer.TIMERS, RegisteredTimer.WAITING, layer)) {
            return new Work.Done(new Effects(), layer);
        }
        Instant now = ports.clock().instant();
        Waiting unused = room.join(Lane.ofKey(timer.key()), WaitingRecords.of(timer, now), layer, now);
        return new Work.Waits(layer);
    }

    /** Those before it have left. */
    Work fireNext(RegisteredTimer timer, StateLayer layer, long logTimeMs, Places places) {
        boolean unused = timer.move(RegisteredTimer.WAITING, RegisteredTimer.TIMERS, layer);
        return fire(timer, layer, logTimeMs, places);
    }

    private Work fire(RegisteredTimer timer, StateLayer layer, long logTimeMs, Places places) {
        byte[] stored = layer.get(RegisteredTimer.TIMERS, timer.row());
        if (stored == null) {
            // Cancelled since it was due.
            return new Work.Done(new Effects(), layer);
        }
        TimerRow row = LogFormats.decode(TimerRow.parser(), stored, "timer row");
        int start = plan.chain().startOfTimer(timer.operator());
        if (start == Entry.NOWHERE) {
            return dropped(timer, layer);
        }
        Instant now = ports.clock().instant();
        byte[] payload = TimerText.of(new Timer(timer.name(), Instant.ofEpochMilli(timer.timeMs())));
        FlowRecord record = new FlowRecord(
                TrackingId.of(row.getTrackingId()),
                "",
                "",
                timer.key(),
                Headers.NONE,
                payload,
                new Origin("", partition, 0, 0),
                timer.timeMs(),
                Leg.FIRST);
        FirstRun run = FirstRun.ofFlow(plan, partition, record, flows, null, null, logTimeMs, now);
        TimerRun settlement = new TimerRun(timer, TrackingId.of(row.getCausedBy()), record, run, now);
        Entry entry = new Entry(start, PartPath.ROOT, payload, "", 0);
        return new Work.Runs(new RecordRun(plan, options, ports, record, entry, layer, settlement, null, places));
    }

    private Work dropped(RegisteredTimer timer, StateLayer layer) {
        String name = StateCatalog.name(timer.operator(), DROPPED_AS);
        if (!(plan.pipeline().stateChanges().get(name) instanceof StateChange.Drop)) {
            throw TaskHaltedException.stateOrphaned(
                    "a timer of operator '%s' is due, but this version of the pipeline has no such operator: declare it again, or give its timers up by .dropState(\"%s\")"
                            .formatted(timer.operator(), name));
        }
        layer.delete(RegisteredTimer.TIMERS, timer.row());
        layer.delete(RegisteredTimer.NAMES, timer.nameRow());
        return new Work.Done(new Effects(), layer);
    }
}
