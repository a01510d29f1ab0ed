package io.waybill.engine;

import io.waybill.format.v1.Marker;
import io.waybill.format.v1.Position;
import io.waybill.log.GroupReader;
import io.waybill.store.LocalStore;
import io.waybill.store.LocalStores.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * One stage × one partition, open: runs its records one after another, people's orders before the next record. What
 * it did since the last checkpoint lies in {@link #state()}; the local store knows nothing of it (DESIGN §5).
 */
final class Task {

    /** A call that was interrupted is back by then. */
    private static final Duration QUIET = Duration.ofSeconds(10);

    private final StagePlan plan;
    private final int partition;
    private final Ports ports;
    private final RowsAhead store;
    private final StateLayer state;
    private final TaskSinks sinks;
    private final @Nullable ApplyAhead ahead;
    private final Arrivals arrivals;
    private final Foresight foresight;
    private final Orders orders;
    private final Guard guard;
    private final Timers timers;
    private final StateMigration migration;
    private final TaskCommits commits;
    private final TaskPositions positions;
    private final TaskQueue queue;
    private final WaitingRoom room;
    private final WaitingRuns waitingRuns;
    private final FollowerNews followerNews;
    private final Deadlines deadlines;
    private final Tally tally = new Tally();
    private final OperatorTimes times;
    private final Duration recordDeadline;

    private boolean appliedWhileAway;
    private @Nullable Taken taken;
    private @Nullable RecordRun run;
    private @Nullable Instant heldUntil;
    private @Nullable OperatorFailure stoppedBy;

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
            GroupReader group,
            Alarm alarm) {
        this.sinks = sinks;
        this.guard = guard;
        this.recordDeadline = options.recordDeadline();
        this.partition = partition;
        this.ports = ports;
        this.store = new RowsAhead(store);
        this.state = StateLayer.over(this.store);
        StateCatalog catalog =
                StateCatalog.open(stage.chain().operators(), stage.pipeline().stateChanges(), state);
        this.plan = stage.ofTask(catalog, ports.clock());
        this.migration = new StateMigration(catalog, state);
        CallDesk desk = new CallDesk(
                plan.pipeline().name(),
                plan.chain().operators(),
                ports.calls(),
                ports.clock(),
                ports.probe(),
                alarm::ring);
        this.room = WaitingRoom.open(state, options, desk, ports.clock().instant());
        this.deadlines = new Deadlines(plan, state, () -> group.lag(plan.inputOf(partition)));
        FlowBook book = new FlowBook(plan, new MessageIds(plan, filter), deadlines);
        Flows flows = Flows.of(plan, partition, book, deadlines);
        this.positions = new TaskPositions(
                plan,
                partition,
                nextInput,
                marker,
                store.positions().get(plan.changelog().name()));
        this.ahead = plan.feed() instanceof Feed.Staged staged
                ? new ApplyAhead(
                        plan,
                        staged.operator(),
                        partition,
                        options.recordDeadline(),
                        nextInput,
                        positions.nextReplay(),
                        sinks,
                        () -> ports.probe().at(Probe.Point.SUNK, id().toString()),
                        of -> group.highWatermarks(Set.of(of)).getOrDefault(of, 0L))
                : null;
        this.arrivals = switch (plan.feed()) {
            case Feed.Source source ->
                new SourceArrivals(plan, source.source(), partition, options, ports, flows, filter, room);
            case Feed.Rekeyed rekeyed -> new ForwardedArrivals(plan, partition, options, ports, flows, room);
            case Feed.Staged staged -> new StagedArrivals(plan, partition, flows, Objects.requireNonNull(ahead));
            case Feed.FlowChanges changes -> new FlowChangeArrivals(book);
            case Feed.Claims claims -> new ClaimArrivals(plan, filter);
        };
        this.foresight = new Foresight(this.store, arrivals, catalog);
        Consumer<String> repaired = this::repaired;
        this.orders = new Orders(plan, partition, options, ports, flows, filter, repaired, room, ahead);
        this.timers = new Timers(plan, partition, options, ports, flows, state, room);
        this.waitingRuns =
                new WaitingRuns(plan, partition, options, ports, flows, timers, orders, room, repaired, arrivals);
        this.followerNews = new FollowerNews(plan, partition, room);
        this.times = new OperatorTimes(ports.clock(), plan.chain().operators());
        this.queue = new TaskQueue(
                plan.feed(), new Inbox(options), room, timers, deadlines, positions::logTimeMs, foresight);
        this.commits = new TaskCommits(
                plan, partition, ports, this.store, state, filter, sinks, positions, new StateSweep(catalog, state));
        this.guard.resumesAt(
                Map.of(plan.input().name(), nextInput, plan.replays().name(), positions.nextReplay()),
                subject -> Subjects.isGone(subject, state));
        plan.chain().logTime(positions.logTimeMs());
    }

    /** A dead letter has come to its end. */
    private void repaired(String deadLetterId) {
        guard.repaired(deadLetterId);
        room.letGo(deadLetterId);
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
        queue.offer(record, ports.clock().instant());
    }

    void order(ConsumerRecord<byte[], byte[]> command) {
        queue.order(command);
    }

    /** What it may take up from now on; nothing before it was told. */
    void gate(Gate wanted) {
        queue.gate(wanted);
    }

    /** Until its gate is set again, no flow begins here. */
    void holdFlows() {
        queue.holdFlows();
    }

    /** From now on source records are taken up no faster. */
    void pacedBy(RateLimit limit) {
        queue.pacedBy(limit);
    }

    /** What keeps it from its input, though people want it to run; null where nothing does. */
    @Nullable
    Bound bound(Instant now) {
        if (stoppedBy != null) {
            return null;
        }
        if (heldUntil == null) {
            return queue.bound(now);
        }
        return ahead == null ? Bound.WAITING_ROOM : Bound.TARGET;
    }

    /** A record or an order is in an operator, or has parts still to run. */
    boolean isRunning() {
        return isApplying() || (run != null && heldUntil == null && stoppedBy == null);
    }

    /** Other systems were asked on its behalf, and it waits for what they say. */
    boolean isCalling() {
        return room.isCalling();
    }

    /** Functions of its calls are in hand, for no longer than operators might be. */
    boolean isInCalls(Instant now) {
        return room.desk().isUnderWay(now, recordDeadline);
    }

    private void restAt(Instant now) {
        if (!isAway()) {
            guard.rest(room.desk().isUnderWay(now, guard.patience()));
        }
    }

    /** The same on behalf of one that must be alone. */
    boolean isAloneInCall() {
        return guard.isAloneInCall();
    }

    /** Takes note of what other systems have answered. */
    void hear(Instant now) {
        room.hear(now);
        restAt(now);
        if (heldUntil != null && run != null && run.hasAnswers(now)) {
            heldUntil = now;
        }
    }

    /** Something was taken up and has not settled. */
    boolean isInFlight() {
        return run != null || isApplying();
    }

    /** Records of its input that are in memory and not taken up. */
    int queuedInputs() {
        return queue.inputsLeft();
    }

    /** Its input is a source. */
    boolean beginsFlows() {
        return plan.feed() instanceof Feed.Source;
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

    /** Some record of it has to know whether it is a duplicate. */
    boolean awaitsVerdicts() {
        return room.awaitsVerdicts();
    }

    /** When the next of them is tried, where none is held up; null where none waits. */
    @Nullable
    Instant nextTry() {
        return room.nextDue();
    }

    /** Of what it may take up while its pipeline drains, nothing is here. */
    boolean isEmpty() {
        return run == null && !isApplying() && migration.isDone() && queue.isEmpty() && !queue.hasToTell();
    }

    boolean wantsInput() {
        return stoppedBy == null && heldUntil == null && queue.wantsInput();
    }

    boolean wantsOrders() {
        return stoppedBy == null && queue.wantsOrders();
    }

    /** Something can be run now. */
    boolean runnable(Instant now) {
        if (stoppedBy != null) {
            return false;
        }
        if (heldUntil != null) {
            return queue.goesOn() && !now.isBefore(heldUntil);
        }
        if (ahead != null && ahead.isAway()) {
            return ahead.isRunnable(now);
        }
        RecordRun current = run;
        return current == null
                ? !migration.isDone() || (guard.mayTake() && hasWork(now))
                : current.isRunnable(now) && (current.isAway() || !guard.isHeldByCalls());
    }

    private boolean hasWork(Instant now) {
        return queue.hasWork(now) || (ahead != null && queue.goesOn() && ahead.wantsToLook(now));
    }

    /** Nothing waits: at most it asks a database how far that is. */
    boolean hasOnlyToLook() {
        return ahead != null && run == null && migration.isDone() && queue.hasNothingRead();
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
            return queue.goesOn() ? heldUntil : null;
        }
        return queue.wakesAt();
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
        if (taken != null) {
            queue.putBack(taken);
        }
        taken = null;
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

    /** People hear of an operator whose calls do not return. */
    void tellOfCalls(IncidentLog incidents) {
        CallDesk.Stuck stuck = room.desk().stuck();
        if (stuck != null && ports.clock().instant().isAfter(stuck.since().plus(QUIET))) {
            incidents.callsStuck(id(), stuck);
        } else {
            incidents.callsReturn(id());
        }
    }

    /** Flows that have no result in time, as far as committed; null where there are none. */
    Deadlines.@Nullable Late late() {
        return deadlines.late();
    }

    /** Runs records until {@code until} or until nothing can be run; what settles is released to {@code checkpoint}. */
    void advance(Helm helm, Instant until, Release checkpoint) {
        guard.letIn();
        run(helm, until, checkpoint);
        restAt(ports.clock().instant());
    }

    private void run(Helm helm, Instant until, Release checkpoint) {
        if (appliedWhileAway) {
            state.clear();
            appliedWhileAway = false;
        }
        while (!migration.isDone()) {
            Effects written = new Effects();
            written.stateChange(migration.step(positions.logTimeMs()));
            positions.moves();
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
                case Progress.PutBy parts -> {
                    positions.moves();
                    checkpoint.release(this, parts.written());
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
        ConsumerRecord<byte[], byte[]> order = queue.firstOrder();
        byte[] replayed = order == null ? null : orders.rowOf(order, state);
        Ahead next = order == null
                ? target.beforeRows(helm, queue.inputs(), now)
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
        if (queue.hasNews(now)) {
            positions.moves();
            checkpoint.release(this, followerNews.tell(state, now));
            return false;
        }
        if (queue.areDeadlinesDue(now)) {
            positions.moves();
            checkpoint.release(this, queue.fallDue(now));
            return false;
        }
        Taken next = queue.next(now);
        if (next == null) {
            return false;
        }
        taken = next;
        guard.takes(next);
        Work work = begin(next, now);
        if (!(next instanceof Taken.Waited)) {
            tally.takenUp();
        }
        return switch (work) {
            case Work.Done done -> {
                finished(done.effects(), done.state(), true, checkpoint);
                yield false;
            }
            case Work.Waits waits -> {
                finished(waits.effects(), waits.state(), false, checkpoint);
                yield false;
            }
            case Work.Runs runs -> begun(runs, checkpoint, now);
        };
    }

    private Work begin(Taken next, Instant now) {
        return switch (next) {
            case Taken.Input input -> {
                positions.reaches(input.record(), now);
                plan.chain().logTime(positions.logTimeMs());
                yield arrivals.take(input.record(), state.layer(), positions.logTimeMs(), now);
            }
            case Taken.Order order -> orders.take(order.record(), state.layer(), positions.logTimeMs());
            case Taken.Fired fired -> timers.fire(fired.timer(), state.layer(), positions.logTimeMs());
            case Taken.Waited waited -> waitingRuns.take(waited.row(), state.layer(), positions.logTimeMs());
        };
    }

    private boolean begun(Work.Runs runs, Release checkpoint, Instant now) {
        run = runs.run();
        runs.run().guardedBy(guard);
        runs.run().measuredBy(times);
        if (runs.suspected()) {
            guard.takenIsSuspected();
        }
        boolean waits = runs.run().mustStandBehind();
        if (waits) {
            runs.run().standBehind(now);
            settled(runs.run(), checkpoint);
        }
        return !waits;
    }

    private void settled(RecordRun settled, Release checkpoint) {
        settled.takePlaces(ports.clock().instant());
        settled.asking().forEach(guard::asks);
        if (settled.leavesBundle()) {
            guard.leavesBundle();
        }
        finished(settled.effects(), settled.state(), settled.isOver(), checkpoint);
    }

    /** @param over whether it is to be counted: what waits has not come to its end */
    private void finished(Effects effects, StateLayer layer, boolean over, Release checkpoint) {
        layer.mergeDown();
        room.openBarriers(ports.clock().instant());
        tally.settled(effects, over);
        positions.passes(Objects.requireNonNull(taken), over);
        run = null;
        taken = null;
        checkpoint.release(this, effects);
    }

    /** Grows with each record of its input, and each of the others, that is done with. */
    long progress() {
        return positions.progress();
    }

    /** What it did since the last checkpoint, which is committed. */
    TaskCounts drainCounts() {
        return tally.drained(id());
    }

    /** @param unread records that the reader has not fetched */
    TaskFigures figures(Instant now, OptionalLong unread) {
        ConsumerRecord<byte[], byte[]> at = atWork();
        Duration oldest = at == null ? null : Duration.between(Instant.ofEpochMilli(at.timestamp()), now);
        Long lag = unread.isPresent() ? Long.valueOf(unread.getAsLong() + queue.inputsLeft()) : null;
        Instant since = room.oldest();
        return new TaskFigures(
                id(),
                oldest,
                queue.size(),
                lag,
                heldUntil != null,
                stoppedBy != null,
                room.size(),
                since == null ? Duration.ZERO : Duration.between(since, now),
                bound(now),
                times.drained());
    }

    /** Of what was read, the oldest that is not done with. */
    private @Nullable ConsumerRecord<byte[], byte[]> atWork() {
        if (taken instanceof Taken.Order order) {
            return order.record();
        }
        return taken instanceof Taken.Input input ? input.record() : queue.firstInput();
    }

    TaskCommits commits() {
        return commits;
    }

    boolean moved() {
        return positions.moved();
    }

    Position inputPosition() {
        return positions.input();
    }

    long nextReplay() {
        return positions.nextReplay();
    }

    /** The offset from which on its input was not read for it. */
    long nextToRead() {
        return Math.max(positions.nextInput(), queue.inputsReadTo());
    }

    /** The offset from which on its replays were not read for it. */
    long nextReplayToRead() {
        return Math.max(positions.nextReplay(), queue.ordersReadTo());
    }

    /**
     * Writes the committed checkpoint to the store.
     *
     * @param nextChangelog the end of the changelog
     * @param nextIds the end of the ids topic; null where the checkpoint wrote no ids
     */
    void apply(long nextChangelog, @Nullable Long nextIds) {
        commits.apply(nextChangelog, nextIds);
        foresight.written();
        if (ahead != null) {
            ahead.told(positions.nextInput(), positions.nextReplay());
        }
        boolean timersChanged = state.hasChanged(RegisteredTimer.TIMERS);
        if (isAway()) {
            appliedWhileAway = true;
        } else {
            state.clear();
        }
        guard.committed(run != null);
        deadlines.committed();
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

    void close() {
        if (run != null) {
            run.abandon();
        }
        if (ahead != null) {
            ahead.close();
        }
        room.close();
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
