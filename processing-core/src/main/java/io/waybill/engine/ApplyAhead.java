package io.waybill.engine;

import io.waybill.format.LogFormats;
import io.waybill.format.v1.StageRecord;
import io.waybill.pipeline.FailurePolicy;
import io.waybill.pipeline.Operator;
import io.waybill.sink.Applier;
import io.waybill.sink.Rejection;
import io.waybill.sink.SinkScope;
import io.waybill.sink.StagedRow;
import io.waybill.sink.Turn;
import io.waybill.sink.Unavailable;
import io.waybill.store.LocalStores.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Applies the rows that wait in the queue of a staged sink's task before they are taken up, many at once, so that each
 * settles with a verdict that the database already holds (ADR 21). What is applied and not told when an owner dies is told
 * by the next one. One for each task; one thread, but for the batch that is under way.
 */
final class ApplyAhead {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    /** A database that is restarted is back by then. */
    private static final Duration QUIET = Duration.ofSeconds(10);
    /** A database may be replaced while nothing is written to it. */
    private static final Duration LOOK = Duration.ofMinutes(1);

    private static final byte[] NOTHING = {};

    private final Operator.Staged operator;
    private final SinkScope scope;
    private final int partition;
    private final Duration deadline;
    private final Runnable sunk;
    private final TaskSinks positions;
    private final StagedLog rows;
    private final StagedLog replays;
    private Applier<Object> applier;
    private long toldRows;
    private long toldReplays;
    private @Nullable Attempt attempt;
    private @Nullable StagedBatch batch;
    private @Nullable OperatorFailure stop;
    private @Nullable Unavailable trouble;
    private Instant since = Instant.EPOCH;
    private Instant nextTry = Instant.EPOCH;
    private Instant nextLook = Instant.EPOCH;
    private int tries;

    /**
     * @param nextInput everything below is told
     * @param nextReplay the same of replays
     * @param positions where the last replay that was told stood
     * @param sunk told when rows were applied, or rejected
     * @param end the high watermark of a partition
     */
    ApplyAhead(
            StagePlan plan,
            Operator.Staged operator,
            int partition,
            Duration deadline,
            long nextInput,
            long nextReplay,
            TaskSinks positions,
            Runnable sunk,
            ToLongFunction<TopicPartition> end) {
        this.operator = operator;
        this.scope = new SinkScope(plan.topics().group(plan.pipeline().name()), operator.name());
        this.partition = partition;
        this.deadline = deadline;
        this.positions = positions;
        this.sunk = sunk;
        this.toldRows = nextInput;
        this.toldReplays = nextReplay;
        this.rows = new StagedLog(
                operator.name(),
                plan.inputOf(partition),
                plan.input().id(),
                nextInput == 0 ? Turn.NOTHING : nextInput,
                end);
        this.replays = new StagedLog(
                operator.name(),
                plan.replaysOf(partition),
                plan.replays().id(),
                positions.next(replaysOf(operator)),
                end);
        this.applier = operator.sink().target().open(scope, partition);
    }

    private static String replaysOf(Operator.Staged operator) {
        return operator.name() + ".replays";
    }

    /** Whether there is something to ask, though nothing waits. */
    boolean wantsToLook(Instant now) {
        return !isAway() && !now.isBefore(nextLook) && !now.isBefore(nextTry);
    }

    /** Another thread waits for the target. */
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

    /** Sees to it that the verdict of the first of these is known. */
    Ahead beforeRows(Helm helm, Iterable<ConsumerRecord<byte[], byte[]>> queued, Instant now) {
        while (true) {
            if (isUnderWay(now)) {
                return new Ahead.Running();
            }
            List<StagedRow<Object>> next = uncovered(queued);
            boolean looks = !rows.isKnown() || !now.isBefore(nextLook);
            boolean waits = next.isEmpty() && now.isBefore(nextTry);
            if (next.isEmpty() && (waits || !looks)) {
                return new Ahead.Ready();
            }
            Ahead held = held(now);
            if (held != null) {
                return held;
            }
            if (looks) {
                nextLook = now.plus(LOOK);
                begin(helm, StagedBatch.question(applier, rows), now);
            } else {
                begin(helm, StagedBatch.of(applier, rows, next, stops(), toldRows), now);
            }
        }
    }

    /**
     * Sees to it that the verdict of a replay is known.
     *
     * @param payload of the order at this offset, which is accepted
     */
    Ahead beforeReplay(Helm helm, long offset, byte[] payload, Instant now) {
        while (true) {
            if (isUnderWay(now)) {
                return new Ahead.Running();
            }
            if (replays.covers(offset)) {
                return new Ahead.Ready();
            }
            Ahead held = held(now);
            if (held != null) {
                return held;
            }
            if (!replays.isKnown()) {
                begin(helm, StagedBatch.question(applier, replays), now);
            } else {
                StagedRow<Object> row = new Row(offset, payload);
                begin(helm, StagedBatch.of(applier, replays, List.of(row), false, toldReplays), now);
            }
        }
    }

    private boolean stops() {
        return operator.policy().then() == FailurePolicy.Then.STOP;
    }

    /** The first of the queue, and all behind it, where its verdict is not known; else none. */
    private List<StagedRow<Object>> uncovered(Iterable<ConsumerRecord<byte[], byte[]>> queued) {
        List<StagedRow<Object>> uncovered = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : queued) {
            if (uncovered.isEmpty() && rows.covers(record.offset())) {
                return uncovered;
            }
            String what = record.topic() + "-" + record.partition() + "@" + record.offset();
            byte[] value = record.value() == null ? NOTHING : record.value();
            StageRecord staged = LogFormats.decode(StageRecord.parser(), value, what);
            uncovered.add(new Row(record.offset(), staged.getPayload().toByteArray()));
        }
        return uncovered;
    }

    private boolean isUnderWay(Instant now) {
        Attempt tried = attempt;
        if (tried != null && !tried.isOver() && !tried.isLate(now)) {
            return true;
        }
        if (tried != null) {
            conclude(tried, now);
        }
        return false;
    }

    /** Why the target is not asked now; null where it is. */
    private @Nullable Ahead held(Instant now) {
        if (stop != null) {
            return new Ahead.Stopped(stop);
        }
        return now.isBefore(nextTry) ? new Ahead.Held(nextTry) : null;
    }

    private void begin(Helm helm, StagedBatch next, Instant now) {
        Attempt begun = Attempt.of(next::cut, now, deadline);
        batch = next;
        attempt = begun;
        // Past the call everything may be another thread's: it unwinds then.
        helm.run(begun, next::run);
    }

    private void conclude(Attempt tried, Instant now) {
        StagedBatch done = batch;
        attempt = null;
        batch = null;
        if (!tried.isOver()) {
            tried.abandon();
            applier = operator.sink().target().open(scope, partition);
            rows.mustBeAskedFor();
            replays.mustBeAskedFor();
            failed(new Unavailable("it did not answer within " + deadline, false), now);
            return;
        }
        switch (tried.thrown()) {
            case null -> {}
            case RuntimeException unexpected -> throw unexpected;
            case Error failing -> throw failing;
            case Throwable undeclared -> throw new IllegalStateException(undeclared);
        }
        if (done == null) {
            return;
        }
        if (done.conclude()) {
            sunk.run();
        }
        Rejection refused = done.stop();
        if (refused != null) {
            stop = OperatorFailure.rejected(operator.name(), operator.policy(), refused);
        }
        Unavailable why = done.trouble();
        if (why != null) {
            failed(why, now);
            return;
        }
        trouble = null;
        tries = 0;
        if (done.isOutOfTurn()) {
            nextTry = now.plus(FIRST_PAUSE);
        }
    }

    private void failed(Unavailable why, Instant now) {
        if (trouble == null) {
            since = now;
        }
        trouble = why;
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(tries++, 6));
        nextTry = now.plus(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE);
    }

    /** Why the row at this offset was rejected; null where it is sunk. */
    @Nullable
    OperatorFailure verdictOfRow(long offset) {
        return failure(rows.verdict(offset));
    }

    /** The same of a replay, which is told with the next marker. */
    @Nullable
    OperatorFailure verdictOfReplay(long offset) {
        Rejection why = replays.verdict(offset);
        positions.wrote(replaysOf(operator), offset + 1);
        return failure(why);
    }

    private @Nullable OperatorFailure failure(@Nullable Rejection why) {
        return why == null ? null : OperatorFailure.rejected(operator.name(), operator.policy(), why);
    }

    /** A checkpoint is committed: everything below is told. */
    void told(long nextInput, long nextReplay) {
        toldRows = nextInput;
        toldReplays = nextReplay;
    }

    /** The row that stopped it is tried again. */
    void resume() {
        stop = null;
    }

    /** People hear of a target that needs one of them, or is away for long. */
    void tell(IncidentLog incidents, TaskId task, Instant now) {
        Unavailable why = trouble;
        if (why == null) {
            incidents.applies(task);
        } else if (why.needsPerson() || now.isAfter(since.plus(QUIET))) {
            incidents.notApplied(task, operator.name(), since, why.reason());
        }
    }

    void close() {
        Attempt left = attempt;
        if (left != null && !left.isOver()) {
            // The thread that is in it lets go of the applier.
            left.abandon();
        } else {
            applier.close();
        }
    }

    /** A value as it was staged, or as a person edited it. */
    private final class Row implements StagedRow<Object> {

        private final long offset;
        private final byte[] payload;

        Row(long offset, byte[] payload) {
            this.offset = offset;
            this.payload = payload;
        }

        @Override
        public long offset() {
            return offset;
        }

        @Override
        public Object value() throws Exception {
            try {
                return OperatorChain.present(operator.sink().serde().deserialize(payload));
            } catch (Throwable e) {
                throw OperatorFailure.poison(Thrown.byTeam(e));
            }
        }
    }
}
