package io.waybill.engine;

import io.waybill.format.v1.CheckpointId;
import io.waybill.format.v1.Marker;
import io.waybill.format.v1.Position;
import io.waybill.store.LocalStore;
import io.waybill.store.LocalStores.TaskId;
import io.waybill.store.StorePosition;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * One stage × one partition, open: runs its records one after another, people's orders before the next record. What
 * it did since the last checkpoint lies in {@link #state()}; the local store knows nothing of it (DESIGN §5).
 */
final class Task {

    private static final long CLOCK_SKEW_MILLIS = 60_000;

    private final StagePlan plan;
    private final int partition;
    private final Ports ports;
    private final RowsAhead store;
    private final StateLayer state;
    private final @Nullable DuplicateFilter filter;
    private final TaskSinks sinks;
    private final @Nullable ApplyAhead ahead;
    private final Arrivals arrivals;
    private final Foresight foresight;
    private final Orders orders;
    private final Guard guard;
    private final Timers timers;
    private final StateSweep sweep;
    private final StateMigration migration;
    private final Markers markers;
    private final Tally tally = new Tally();
    private final ReadRecords readRecords = new ReadRecords();
    private final Inbox inbox;
    private final WaitingRoom room;
    private final WaitingRuns waitingRuns;

    private long nextInput;
    private int inputEpoch = -1;
    private long nextReplay;
    private long logTimeMs;
    private boolean moved;
    private boolean appliedWhileAway;
    private @Nullable RecordRun run;
    private boolean roomHadItsTurn;
    private boolean fromRoom;
    private @Nullable ConsumerRecord<byte[], byte[]> current;
    private @Nullable RegisteredTimer firing;
    /** Timers, and what came out of the waiting room. */
    private long others;

    private @Nullable Instant heldUntil;
    private @Nullable OperatorFailure stoppedBy;
    private Gate gate = Gate.SHUT;

    Task(
            StagePlan stage,
            int partition,
            EngineOptions options,
            Ports ports,
            LocalStore store,
            @Nullable DuplicateFilter filter,
            long nextInput,
            @Nullable Marker marker,
            TaskSinks sinks,
            Guard guard,
            ToLongFunction<TopicPartition> end) {
        this.sinks = sinks;
        this.guard = guard;
        this.partition = partition;
        this.ports = ports;
        this.store = new RowsAhead(store);
        this.state = StateLayer.over(this.store);
        StateCatalog catalog =
                StateCatalog.open(stage.chain().operators(), stage.pipeline().stateChanges(), state);
        this.plan = stage.ofTask(catalog, ports.clock());
        this.sweep = new StateSweep(catalog, state);
        this.migration = new StateMigration(catalog, state);
        this.filter = filter;
        this.inbox = new Inbox(options);
        this.room = WaitingRoom.open(state, options, ports.clock().instant());
        FlowBook book = new FlowBook(plan, new MessageIds(plan, filter));
        Flows flows = Flows.of(plan, partition, book);
        this.nextInput = nextInput;
        this.nextReplay = Markers.nextReplay(marker, plan.replays().name());
        this.ahead = plan.feed() instanceof Feed.Staged staged
                ? new ApplyAhead(
                        plan,
                        staged.operator(),
                        partition,
                        options.recordDeadline(),
                        nextInput,
                        nextReplay,
                        sinks,
                        () -> ports.probe().at(Probe.Point.SUNK, id().toString()),
                        end)
                : null;
        this.arrivals = switch (plan.feed()) {
            case Feed.Source source ->
                new SourceArrivals(plan, source.source(), partition, options, ports, flows, filter, room);
            case Feed.Rekeyed rekeyed -> new ForwardedArrivals(plan, partition, options, ports, flows, room);
            case Feed.Staged staged -> new StagedArrivals(plan, partition, flows, Objects.requireNonNull(ahead));
            case Feed.FlowChanges changes -> new FlowChangeArrivals(book);
        };
        this.foresight = new Foresight(this.store, arrivals, catalog);
        this.orders = new Orders(plan, partition, options, ports, flows, filter, guard::repaired, room, ahead);
        this.timers = new Timers(plan, partition, options, ports, flows, state, room);
        this.waitingRuns =
                new WaitingRuns(plan, partition, options, ports, flows, timers, orders, room, guard::repaired);
        this.guard.resumesAt(
                Map.of(plan.input().name(), nextInput, plan.replays().name(), nextReplay));
        this.logTimeMs = marker == null ? 0 : marker.getLogTimeMs();
        plan.chain().logTime(logTimeMs);
        // A task without a marker writes one in its first checkpoint: from then on its absence means loss.
        this.moved = marker == null;
        this.markers = new Markers(
                plan, partition, marker, store.positions().get(plan.changelog().name()));
    }

    TaskId id() {
        return plan.task(partition);
    }

    TopicPartition replays() {
        return plan.replaysOf(partition);
    }

    StagePlan plan() {
        return plan;
    }

    int partition() {
        return partition;
    }

    /** It names the task among all of its thread. */
    TopicPartition input() {
        return plan.inputOf(partition);
    }

    TaskSinks sinks() {
        return sinks;
    }

    StateLayer state() {
        return state;
    }

    void offer(ConsumerRecord<byte[], byte[]> record) {
        if (timers.nextAt() != null) {
            // Those that are due by now stand before it, though nothing may be taken up yet.
            timers.collect(ports.clock().instant(), inbox.read());
        }
        inbox.offer(record);
    }

    void order(ConsumerRecord<byte[], byte[]> command) {
        inbox.order(command);
    }

    /** What it may take up from now on; nothing before it was told. */
    void gate(Gate wanted) {
        gate = wanted;
    }

    /** A record or an order is in an operator, or has parts still to run. */
    boolean isRunning() {
        return isApplying() || (run != null && heldUntil == null && stoppedBy == null);
    }

    /** Something was taken up and has not settled. */
    boolean isInFlight() {
        return run != null || isApplying();
    }

    /** Records of its input that are in memory and not taken up. */
    int queuedInputs() {
        return inbox.inputsLeft();
    }

    /** Its rows go to a database. */
    boolean appliesRows() {
        return ahead != null;
    }

    private boolean isApplying() {
        return ahead != null && ahead.isAway();
    }

    /** How many wait in its waiting room. */
    int waiting() {
        return room.size();
    }

    /** When the next of them is tried, where none is held up; null where none waits. */
    @Nullable
    Instant nextTry() {
        return room.nextDue();
    }

    /** Of what it may take up while its pipeline drains, nothing is here. */
    boolean isEmpty() {
        return run == null
                && !isApplying()
                && migration.isDone()
                && room.isEmpty()
                && !inbox.hasOrders()
                && (plan.feed() instanceof Feed.Source || !inbox.hasInputs());
    }

    boolean wantsInput() {
        return gate.takesInput(plan.feed()) && stoppedBy == null && heldUntil == null && inbox.takesInputs();
    }

    boolean wantsOrders() {
        return gate.takesOrders() && stoppedBy == null && inbox.takesOrders();
    }

    /** Something can be run now. */
    boolean runnable(Instant now) {
        if (stoppedBy != null) {
            return false;
        }
        if (heldUntil != null) {
            return gate.takesOrders() && !now.isBefore(heldUntil);
        }
        if (ahead != null && ahead.isAway()) {
            return ahead.isRunnable(now);
        }
        RecordRun current = run;
        return current == null ? !migration.isDone() || (guard.mayTake() && hasWork(now)) : current.isRunnable(now);
    }

    private boolean hasWork(Instant now) {
        return hasOrder()
                || hasInput()
                || (gate.firesTimers() && timers.areDue(now, inbox.taken()))
                || dueInRoom(now) != null
                || (gate.takesOrders() && ahead != null && ahead.wantsToLook(now));
    }

    /** Nothing waits: at most it asks a database how far that is. */
    boolean hasOnlyToLook() {
        return ahead != null && run == null && migration.isDone() && !inbox.hasInputs() && !inbox.hasOrders();
    }

    private boolean hasOrder() {
        return gate.takesOrders() && inbox.hasOrders() && room.admitsOrders();
    }

    private boolean hasInput() {
        ConsumerRecord<byte[], byte[]> first = inbox.firstInput();
        return first != null && gate.takesInput(plan.feed()) && room.admits(first.key());
    }

    private @Nullable Waiting dueInRoom(Instant now) {
        return gate.takesOrders() ? room.due(now) : null;
    }

    /** What runs next must be alone in the operators of its process. */
    boolean isAlone() {
        return guard.isAlone();
    }

    /** What it did should be committed before it does more. */
    boolean mustCommit() {
        return run == null && guard.mustCommit();
    }

    /** When it can go on without anything being read; null where nobody knows. */
    @Nullable
    Instant wakesAt() {
        if (heldUntil != null || stoppedBy != null || isAway()) {
            return gate.takesOrders() ? heldUntil : null;
        }
        Instant timer = gate.firesTimers() ? timers.nextAt() : null;
        Instant due = gate.takesOrders() ? room.nextDue() : null;
        return timer == null || (due != null && due.isBefore(timer)) ? due : timer;
    }

    @Nullable
    OperatorFailure stoppedBy() {
        return stoppedBy;
    }

    @Nullable
    FlowRecord currentRecord() {
        return run == null ? null : run.record();
    }

    /** Runs the stopped record again. */
    void resume() {
        if (stoppedBy == null) {
            return;
        }
        stoppedBy = null;
        heldUntil = null;
        if (ahead != null) {
            // Nothing was taken up: the row that stopped it stands in the queue.
            ahead.resume();
            return;
        }
        guard.putBack();
        if (run != null) {
            run.startAfresh();
        }
        if (current != null) {
            inbox.putBack(current);
        }
        if (firing != null) {
            timers.putBack(firing);
        }
        current = null;
        firing = null;
        fromRoom = false;
        run = null;
    }

    /** Ends the run of a record that is past its deadline; what becomes of the record is said when it is advanced. */
    void cutLate(Instant now) {
        if (run != null) {
            run.cutLate(now);
        }
        if (ahead != null) {
            ahead.cutLate(now);
        }
    }

    /** Another thread is in an operator of this task, and reads its state: that must not change under it. */
    boolean isAway() {
        return isApplying() || (run != null && run.isAway());
    }

    /** People hear of a database that does not take its rows. */
    void tellOfTarget(IncidentLog incidents) {
        if (ahead != null) {
            ahead.tell(incidents, id(), ports.clock().instant());
        }
    }

    /** Runs records until {@code until} or until nothing can be run; what settles is released to {@code checkpoint}. */
    void advance(Helm helm, Instant until, Release checkpoint) {
        guard.letIn();
        run(helm, until, checkpoint);
        if (!isAway()) {
            guard.rest();
        }
    }

    private void run(Helm helm, Instant until, Release checkpoint) {
        if (appliedWhileAway) {
            state.clear();
            appliedWhileAway = false;
        }
        while (!migration.isDone()) {
            Effects written = new Effects();
            written.stateChange(migration.step(logTimeMs));
            moved = true;
            checkpoint.release(this, written);
            if (!ports.clock().instant().isBefore(until) || checkpoint.full()) {
                return;
            }
        }
        Instant now = ports.clock().instant();
        while (runnable(now)) {
            if (ahead != null && !isApplied(ahead, helm, now)) {
                return;
            }
            if (run == null && !takeUp(checkpoint, now)) {
                now = ports.clock().instant();
                continue;
            }
            RecordRun current = run;
            if (current == null) {
                return;
            }
            heldUntil = null;
            switch (current.advance(helm, ports.clock(), until)) {
                case Progress.Settled settled -> settled(current, checkpoint);
                case Progress.Held held -> {
                    heldUntil = held.until();
                    if (held.news() != null) {
                        Effects news = new Effects();
                        news.fact(held.news());
                        checkpoint.release(this, news);
                    }
                }
                case Progress.More more -> {
                    return;
                }
                case Progress.Running running -> {
                    return;
                }
                case Progress.Stopped stopped -> stoppedBy = stopped.failure();
            }
            now = ports.clock().instant();
            if (!now.isBefore(until) || checkpoint.full()) {
                return;
            }
        }
    }

    /** Whether it is known what became of the row that comes next, where there is one. */
    private boolean isApplied(ApplyAhead target, Helm helm, Instant now) {
        heldUntil = null;
        ConsumerRecord<byte[], byte[]> order = inbox.firstOrder();
        byte[] replayed = order == null ? null : orders.rowOf(order, state);
        Ahead next = order == null
                ? target.beforeRows(helm, inbox.inputs(), now)
                : replayed == null ? new Ahead.Ready() : target.beforeReplay(helm, order.offset(), replayed, now);
        return switch (next) {
            case Ahead.Ready ready -> true;
            case Ahead.Running running -> false;
            case Ahead.Held held -> {
                heldUntil = held.until();
                yield false;
            }
            case Ahead.Stopped stopped -> {
                stoppedBy = stopped.failure();
                yield false;
            }
        };
    }

    /** Takes up what is next; false where it settled without a run. */
    private boolean takeUp(Release checkpoint, Instant now) {
        if (gate.firesTimers()) {
            timers.collect(now, inbox.read());
        }
        Waiting waiting = dueInRoom(now);
        // Those in the room came before what is in the inbox, but many that fail again must not keep it from its turn.
        roomHadItsTurn = waiting != null && !(roomHadItsTurn && (hasOrder() || hasInput()));
        if (waiting != null && roomHadItsTurn) {
            fromRoom = true;
            guard.takes(waiting);
            return begun(waitingRuns.take(waiting, state.layer(), logTimeMs), checkpoint, now);
        }
        RegisteredTimer timer = gate.firesTimers() && !hasOrder() ? timers.poll(inbox.taken()) : null;
        if (timer != null) {
            firing = timer;
            guard.takes(timer);
            return begun(timers.fire(timer, state.layer(), logTimeMs), checkpoint, now);
        }
        ConsumerRecord<byte[], byte[]> next = hasOrder() ? inbox.nextOrder() : hasInput() ? nextInput() : null;
        if (next == null) {
            return false;
        }
        current = next;
        guard.takes(next, next.topic().equals(plan.input().name()));
        return begun(begin(next, now), checkpoint, now);
    }

    private ConsumerRecord<byte[], byte[]> nextInput() {
        foresight.before(inbox.inputs());
        return inbox.nextInput();
    }

    private boolean begun(Work work, Release checkpoint, Instant now) {
        if (!fromRoom) {
            tally.takenUp();
        }
        return switch (work) {
            case Work.Done done -> {
                finished(done.effects(), done.state(), true, checkpoint);
                yield false;
            }
            case Work.Waits waits -> {
                finished(new Effects(), waits.state(), false, checkpoint);
                yield false;
            }
            case Work.Runs runs -> {
                run = runs.run();
                runs.run().guardedBy(guard);
                if (runs.suspected()) {
                    guard.takenIsSuspected();
                }
                boolean waits = runs.run().mustStandBehind();
                if (waits) {
                    runs.run().standBehind(now);
                    settled(runs.run(), checkpoint);
                }
                yield !waits;
            }
        };
    }

    private void settled(RecordRun settled, Release checkpoint) {
        settled.takePlaces(ports.clock().instant());
        finished(settled.effects(), settled.state(), settled.isOver(), checkpoint);
    }

    private Work begin(ConsumerRecord<byte[], byte[]> record, Instant now) {
        if (record.topic().equals(plan.replays().name())) {
            return orders.take(record, state.layer(), logTimeMs);
        }
        logTimeMs = Math.max(logTimeMs, Math.min(record.timestamp(), latestBelievable(now)));
        plan.chain().logTime(logTimeMs);
        return arrivals.take(record, state.layer(), logTimeMs, now);
    }

    /** A sender's clock that is ahead must not end everybody's windows. */
    private static long latestBelievable(Instant now) {
        return now.toEpochMilli() + CLOCK_SKEW_MILLIS;
    }

    /** @param over whether it is to be counted: what waits has not come to its end */
    private void finished(Effects effects, StateLayer layer, boolean over, Release checkpoint) {
        layer.mergeDown();
        tally.settled(effects, over);
        ConsumerRecord<byte[], byte[]> record = current;
        if (record != null) {
            if (record.topic().equals(plan.replays().name())) {
                nextReplay = Math.max(nextReplay, record.offset() + 1);
            } else {
                nextInput = record.offset() + 1;
                inputEpoch = record.leaderEpoch().orElse(-1);
            }
        }
        if (firing != null || (fromRoom && over)) {
            others++;
        }
        moved = true;
        run = null;
        current = null;
        firing = null;
        fromRoom = false;
        checkpoint.release(this, effects);
    }

    /** Grows with each record of its input, and each of the others, that is done with. */
    long progress() {
        return nextInput + others;
    }

    /** What it did since the last checkpoint, which is committed. */
    TaskCounts drainCounts() {
        return tally.drained(id());
    }

    /** @param unread records that the reader has not fetched */
    TaskFigures figures(Instant now, OptionalLong unread) {
        ConsumerRecord<byte[], byte[]> at = current == null ? inbox.firstInput() : current;
        Duration oldest = at == null ? null : Duration.between(Instant.ofEpochMilli(at.timestamp()), now);
        Long lag = unread.isPresent() ? Long.valueOf(unread.getAsLong() + inbox.inputsLeft()) : null;
        Instant since = room.oldest();
        return new TaskFigures(
                id(),
                oldest,
                inbox.size(),
                lag,
                heldUntil != null,
                stoppedBy != null,
                room.size(),
                since == null ? Duration.ZERO : Duration.between(since, now));
    }

    /** Housekeeping that goes with the checkpoint. */
    void beforeCheckpoint() {
        if (moved) {
            sweep.run(logTimeMs);
        }
    }

    /** What the checkpoint writes to the ids topic: values of blocks. */
    List<byte[]> drainIds(CheckpointId checkpoint) {
        return filter == null ? List.of() : filter.drain(state.take(DuplicateFilter.IDS), state, checkpoint, logTimeMs);
    }

    boolean moved() {
        return moved;
    }

    Position inputPosition() {
        return markers.input(nextInput, inputEpoch);
    }

    /** The last record of the task in this checkpoint (R5). */
    Marker mark(CheckpointId checkpoint) {
        return markers.next(checkpoint, inputPosition(), nextReplay, logTimeMs, sinks);
    }

    long nextReplay() {
        return nextReplay;
    }

    /**
     * Writes the committed checkpoint to the store.
     *
     * @param nextChangelog the end of the changelog
     * @param nextIds the end of the ids topic; null where the checkpoint wrote no ids
     */
    void apply(long nextChangelog, @Nullable Long nextIds) {
        Instant now = ports.clock().instant();
        List<LocalStore.Change> changes = state.changes();
        Map<String, StorePosition> positions = new HashMap<>();
        positions.put(
                plan.changelog().name(), new StorePosition(plan.changelog().id(), -1, nextChangelog));
        Map<TopicPartition, Long> over = new HashMap<>(readRecords.deletable(ownPositions(), now));
        if (nextIds != null && filter != null && plan.ids() != null) {
            filter.committed(nextIds, logTimeMs);
            Long deletable = filter.deletable();
            if (deletable != null) {
                over.put(new TopicPartition(plan.ids().name(), partition), deletable);
            }
        }
        if (!over.isEmpty()) {
            ports.log().admin().deleteRecords(over);
        }
        store.apply(StoreAge.stamped(changes, now), positions);
        foresight.written();
        if (ahead != null) {
            ahead.told(nextInput, nextReplay);
        }
        markers.writtenAt(nextChangelog - 1);
        boolean timersChanged = state.hasChanged(RegisteredTimer.TIMERS);
        if (isAway()) {
            appliedWhileAway = true;
        } else {
            state.clear();
        }
        moved = false;
        guard.committed(run != null);
        if (timersChanged || timers.mustBeLookedFor()) {
            timers.committed();
        }
    }

    /** Closes what an owner that ended could not: incidents of dead letters that are terminal by now. */
    void closeRepaired(IncidentLog incidents) {
        if (guard.saysThatNothingIsLeft()) {
            incidents.repaired(id(), deadLetter -> Rows.deadLetter(state, deadLetter) != null);
        }
    }

    /** Of the topics that nobody but this task reads; the source is the users'. */
    private Map<TopicPartition, Long> ownPositions() {
        return plan.feed() instanceof Feed.Source
                ? Map.of(replays(), nextReplay)
                : Map.of(replays(), nextReplay, input(), nextInput);
    }

    void close() {
        if (run != null) {
            run.abandon();
        }
        if (ahead != null) {
            ahead.close();
        }
        guard.close();
        store.close();
    }

    /** Takes what a task did. */
    interface Release {

        /** Of a task that has nothing to do: no checkpoint has to be opened for it. */
        Release NONE = new Release() {

            @Override
            public void release(Task task, Effects effects) {
                throw new IllegalStateException("task " + task.id() + " had nothing to do");
            }

            @Override
            public boolean full() {
                return false;
            }
        };

        void release(Task task, Effects effects);

        /** The checkpoint should close before more is run. */
        boolean full();
    }
}
