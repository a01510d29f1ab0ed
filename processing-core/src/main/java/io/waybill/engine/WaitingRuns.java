package io.waybill.engine;

import io.waybill.format.v1.DeadLetterRow;
import io.waybill.format.v1.StageRecord;
import io.waybill.format.v1.WaitingRow;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Takes up what waited in the waiting room: a record from its bytes, a timer, an order. */
final class WaitingRuns {

    private final StagePlan plan;
    private final int partition;
    private final EngineOptions options;
    private final Ports ports;
    private final Flows flows;
    private final Timers timers;
    private final Orders orders;
    private final WaitingRoom room;
    private final Consumer<String> repaired;
    private final Arrivals arrivals;

    WaitingRuns(
            StagePlan plan,
            int partition,
            EngineOptions options,
            Ports ports,
            Flows flows,
            Timers timers,
            Orders orders,
            WaitingRoom room,
            Consumer<String> repaired,
            Arrivals arrivals) {
        this.plan = plan;
        this.partition = partition;
        this.options = options;
        this.ports = ports;
        this.flows = flows;
        this.timers = timers;
        this.orders = orders;
        this.room = room;
        this.repaired = repaired;
        this.arrivals = arrivals;
    }

    /**
     * @param layer a fresh one
     * @throws TaskHaltedException where this version does not know where it enters
     */
    Work take(Waiting waiting, StateLayer layer, long logTimeMs) {
        WaitingRow row = room.rowOf(waiting, layer);
        Work work = switch (row.getWhatCase()) {
            case RECORD -> record(row, layer, logTimeMs, Places.ofReturned(room, waiting, row, answersTo(waiting)));
            case TIMER -> {
                RegisteredTimer timer = RegisteredTimer.of(row.getTimer().toByteArray());
                Places places = Places.ofNextTimer(room, timer, waiting, answersTo(waiting));
                yield timers.fireNext(timer, layer, logTimeMs, places);
            }
            case ORDER -> orders.judge(row.getOrder(), layer, logTimeMs, Places.ofNext(room, waiting));
            case DEAD_LETTER_ID -> {
                // It is settled, or let go: whoever is behind it is next.
                room.remove(waiting, layer, ports.clock().instant());
                yield new Work.Waits(layer);
            }
            case CLAIMED ->
                arrivals.takeClaimed(row, layer, logTimeMs, ports.clock().instant(), Places.ofNext(room, waiting));
            case BUNDLE -> bundle(row, layer, logTimeMs, Places.ofNext(room, waiting));
            case WHAT_NOT_SET ->
                throw TaskHaltedException.stateDamaged("this version does not know what waits at " + waiting);
        };
        if (work instanceof Work.Done) {
            // A run leaves by itself, when it has settled.
            room.remove(waiting, layer, ports.clock().instant());
        }
        return work;
    }

    private @Nullable Asked answersTo(Waiting waiting) {
        return room.answersTo(waiting, ports.clock().instant());
    }

    private Work record(WaitingRow row, StateLayer layer, long logTimeMs, Places places) {
        StageRecord stored = row.getRecord();
        int start = plan.chain().startOf(row.getEntry());
        if (start == Entry.NOWHERE) {
            throw TaskHaltedException.stateOrphaned(
                    "a record waits for its next try at '%s', but this version of the pipeline has no such entry: declare it again until nothing waits there"
                            .formatted(row.getEntry()));
        }
        Instant now = ports.clock().instant();
        FlowRecord record = StageRecords.record(stored, WaitingRecords.key(row));
        Entry entry = StageRecords.entry(stored, start, record.payload());
        DeadLetterRow replayed = row.hasReplay() ? deadLetter(row, layer) : null;
        Settlement settlement = replayed == null
                ? FirstRun.ofReturned(
                        plan,
                        partition,
                        record,
                        entry.path(),
                        stored.getEdgeId(),
                        row.getReplayId(),
                        flows,
                        logTimeMs,
                        now)
                : ReplayRun.ofReturned(
                        plan, partition, record, row.getReplay(), replayed, flows, logTimeMs, now, repaired);
        return new Work.Runs(
                new RecordRun(plan, options, ports, record, entry, layer, settlement, null, places),
                replayed != null && replayed.getQuarantined());
    }

    /** Some parts of it. */
    private Work bundle(WaitingRow row, StateLayer layer, long logTimeMs, Places places) {
        StageRecord stored = row.getBundle().getRecord();
        OpenBundle bundle = OpenBundle.of(row.getBundle(), row.getSinceMs(), plan.chain(), layer);
        FlowRecord record = StageRecords.record(stored, WaitingRecords.key(row));
        Instant now = ports.clock().instant();
        PartPath as = new PartPath(stored.getPathList());
        Settlement settlement = FirstRun.ofReturned(
                plan, partition, record, as, stored.getEdgeId(), row.getReplayId(), flows, logTimeMs, now);
        Entry first = bundle.left().getFirst();
        RecordRun run = new RecordRun(plan, options, ports, record, first, layer, settlement, null, places);
        run.goesThrough(bundle);
        return new Work.Runs(run);
    }

    private static DeadLetterRow deadLetter(WaitingRow row, StateLayer layer) {
        String id = row.getReplay().getDeadLetterId();
        DeadLetterRow deadLetter = Rows.deadLetter(layer, id);
        if (deadLetter == null) {
            throw TaskHaltedException.stateDamaged("a replay of dead letter %s waits, but it has no row".formatted(id));
        }
        return deadLetter;
    }
}
