package io.waybill.engine;

import io.waybill.format.LogFormats;
import io.waybill.format.TrackingId;
import io.waybill.format.UnreadableLogException;
import io.waybill.format.v1.DeadLetterRow;
import io.waybill.format.v1.FlowEnd;
import io.waybill.format.v1.ReplayCommand;
import io.waybill.format.v1.ReplayRefused;
import io.waybill.format.v1.Verdict;
import io.waybill.format.v1.Verdicts;
import java.time.Instant;
import java.util.Arrays;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Takes up people's orders at the task that captured the dead letter. The row it keeps decides: the next attempt is
 * accepted, a repeat of an accepted one emits nothing, anything else is refused.
 */
final class Orders {

    private static final byte[] NOTHING = {};
    /** Of an order that waited: where replays are rows, none ever does. */
    private static final long NOT_A_ROW = -1;

    private static final int TRACKING_ID_BYTES = 16;

    private final StagePlan plan;
    private final int partition;
    private final EngineOptions options;
    private final Ports ports;
    private final Flows flows;
    private final @Nullable DuplicateFilter filter;
    private final Consumer<String> repaired;
    private final WaitingRoom room;
    private final @Nullable ApplyAhead ahead;

    /**
     * @param repaired told of dead letters that are terminal
     * @param ahead knows what became of replays that are rows; null where replays run operators
     */
    Orders(
            StagePlan plan,
            int partition,
            EngineOptions options,
            Ports ports,
            Flows flows,
            @Nullable DuplicateFilter filter,
            Consumer<String> repaired,
            WaitingRoom room,
            @Nullable ApplyAhead ahead) {
        this.plan = plan;
        this.partition = partition;
        this.options = options;
        this.ports = ports;
        this.flows = flows;
        this.filter = filter;
        this.repaired = repaired;
        this.room = room;
        this.ahead = ahead;
    }

    /** What this order has a database write; null where it is none that is accepted. */
    byte @Nullable [] rowOf(ConsumerRecord<byte[], byte[]> input, TaskState state) {
        byte[] value = input.value() == null ? NOTHING : input.value();
        ReplayCommand command = LogFormats.decode(
                ReplayCommand.parser(), value, input.topic() + "-" + input.partition() + "@" + input.offset());
        if (command.getAction() != ReplayCommand.Action.REPLAY
                || command.getTrackingId().size() != TRACKING_ID_BYTES
                || !belongs(command)) {
            return null;
        }
        DeadLetterRow row = Rows.deadLetter(state, command.getDeadLetterId());
        boolean accepted = row != null
                && command.getAttempt() == row.getAttempt() + 1
                && plan.chain().startOf(row.getEntry()) != Entry.NOWHERE
                && !isAnotherTasks(key(command), row);
        return accepted ? command.getPayload().toByteArray() : null;
    }

    private static boolean belongs(ReplayCommand command) {
        return command.getDeadLetterId()
                .startsWith(TrackingId.of(command.getTrackingId()).toString());
    }

    private static byte @Nullable [] key(ReplayCommand command) {
        return command.getHasKey() ? command.getKey().toByteArray() : null;
    }

    /** @param state a fresh layer for this order */
    Work take(ConsumerRecord<byte[], byte[]> input, StateLayer state, long logTimeMs) {
        String what = input.topic() + "-" + input.partition() + "@" + input.offset();
        byte[] value = input.value() == null ? NOTHING : input.value();
        ReplayCommand command = LogFormats.decode(ReplayCommand.parser(), value, what);
        if (command.getAction() == ReplayCommand.Action.RELEASE) {
            return released(command, state, logTimeMs);
        }
        if (command.getAction() == ReplayCommand.Action.VERDICTS) {
            return judged(command.getVerdicts(), state);
        }
        if (command.getTrackingId().size() != TRACKING_ID_BYTES) {
            throw UnreadableLogException.malformed(what, "its tracking id has no 16 bytes");
        }
        if (room.isTaken(Lane.ofDeadLetter(command.getDeadLetterId()))) {
            Instant now = ports.clock().instant();
            room.join(Lane.ofDeadLetter(command.getDeadLetterId()), WaitingRecords.of(command, now), state, now);
            return new Work.Waits(state);
        }
        return judge(command, input.offset(), state, logTimeMs, Places.ofDeadLetter(room, command.getDeadLetterId()));
    }

    /** It is its turn: what was ordered before about the same dead letter has come to its end. */
    Work judge(ReplayCommand command, StateLayer state, long logTimeMs, Places places) {
        return judge(command, NOT_A_ROW, state, logTimeMs, places);
    }

    private Work judge(ReplayCommand command, long offset, StateLayer state, long logTimeMs, Places places) {
        TrackingId id = TrackingId.of(command.getTrackingId());
        Instant now = ports.clock().instant();
        DeadLetterRow row = Rows.deadLetter(state, command.getDeadLetterId());
        if (!belongs(command)) {
            return refused(command, id, state, 0, "the dead letter belongs to another flow", now);
        }
        if (row == null) {
            return refused(command, id, state, 0, "it is not open in this task", now);
        }
        if (command.getAttempt() <= row.getAttempt()) {
            return new Work.Done(new Effects(), state);
        }
        int start = plan.chain().startOf(row.getEntry());
        if (command.getAttempt() > row.getAttempt() + 1) {
            return refused(command, id, state, row.getAttempt() + 1, "attempts are taken in turn", now);
        }
        if (command.getAction() == ReplayCommand.Action.LET_GO) {
            return letGo(command, id, row, state, now);
        }
        String before = room.whatIsBefore(command.getDeadLetterId());
        if (before != null && command.getAction() == ReplayCommand.Action.REPLAY) {
            String outOfTurn = before + " has the same key and is before it";
            return refused(command, id, state, row.getAttempt() + 1, outOfTurn, now);
        }
        if (start == Entry.NOWHERE) {
            String gone = "this version of the pipeline has no entry '" + row.getEntry() + "'";
            return refused(command, id, state, row.getAttempt() + 1, gone, now);
        }
        byte[] key = key(command);
        // A discard runs nothing, so it carries no key either.
        if (command.getAction() == ReplayCommand.Action.REPLAY && isAnotherTasks(key, row)) {
            String moved = "the key was edited, and records of the new one are another task's";
            return refused(command, id, state, row.getAttempt() + 1, moved, now);
        }
        FlowRecord record = record(command, id, row);
        ReplayRun settlement =
                ReplayRun.ofOrder(plan, partition, record, command, row, flows, logTimeMs, now, repaired);
        Entry entry = new Entry(
                start, new PartPath(row.getPathList()), record.payload(), row.getLabel(), command.getAttempt());
        return switch (command.getAction()) {
            case REPLAY ->
                ahead == null
                        ? new Work.Runs(
                                new RecordRun(plan, options, ports, record, entry, state, settlement, null, places),
                                row.getQuarantined())
                        : StagedArrivals.told(
                                plan, settlement, record, entry, ahead.verdictOfReplay(offset), state, now);
            case DISCARD -> {
                Effects effects = new Effects();
                settlement.discard(effects, state, entry, now);
                yield new Work.Done(effects, state);
            }
            case RELEASE, VERDICTS, LET_GO, ACTION_UNSPECIFIED, UNRECOGNIZED ->
                refused(command, id, state, row.getAttempt() + 1, "this version does not know the action", now);
        };
    }

    private Work letGo(ReplayCommand command, TrackingId id, DeadLetterRow row, StateLayer state, Instant now) {
        if (!row.getInSequence()) {
            return refused(command, id, state, row.getAttempt() + 1, "nobody waits for it", now);
        }
        Effects effects = new Effects();
        ReplayRun.ofOrder(plan, partition, record(command, id, row), command, row, flows, 0, now, repaired)
                .letGo(effects, state, now);
        room.letGo(command.getDeadLetterId());
        return new Work.Done(effects, state);
    }

    private boolean isAnotherTasks(byte @Nullable [] key, DeadLetterRow row) {
        boolean elsewhere = key == null || partitionOf(key) != partition;
        return switch (plan.feed()) {
            case Feed.Rekeyed rekeyed -> elsewhere;
            case Feed.Staged staged -> elsewhere;
            // Whoever partitioned the source need not have used Kafka's partitioner: the record's own key is right.
            case Feed.Source source ->
                elsewhere
                        && plan.chain().isKeyed()
                        && !Arrays.equals(
                                key == null ? NOTHING : key, row.getKey().toByteArray());
            case Feed.FlowChanges changes -> false;
            case Feed.Claims claims -> false;
        };
    }

    private int partitionOf(byte[] key) {
        return Forward.partition(key, plan.input().partitions());
    }

    /** These flows are terminal: the windows of their ids begin. */
    private Work released(ReplayCommand command, StateLayer state, long logTimeMs) {
        for (FlowEnd end : command.getEndedList()) {
            if (filter != null) {
                filter.release(state, end.getMessageId(), TrackingId.of(end.getTrackingId()), logTimeMs);
            }
        }
        return new Work.Done(new Effects(), state);
    }

    /** These records know whether they are duplicates: each runs when it has its turn. */
    private Work judged(Verdicts verdicts, StateLayer state) {
        Instant now = ports.clock().instant();
        for (long offset : verdicts.getFirstList()) {
            room.judged(offset, ClaimedRecords.first(), state, now);
        }
        for (Verdict verdict : verdicts.getOthersList()) {
            room.judged(verdict.getOffset(), LogFormats.encode(verdict), state, now);
        }
        return new Work.Done(new Effects(), state);
    }

    private static FlowRecord record(ReplayCommand command, TrackingId id, DeadLetterRow row) {
        return new FlowRecord(
                id,
                row.getMessageId(),
                row.getBatchId(),
                key(command),
                DeadLetterEvents.headers(command.getHeadersList()),
                command.getPayload().toByteArray(),
                Origin.of(row.getSource()),
                row.getSourceTimestampMs(),
                Leg.of(row.getLeg()));
    }

    private Work refused(
            ReplayCommand command, TrackingId id, StateLayer state, int expected, String reason, Instant now) {
        Effects effects = new Effects();
        effects.deadLetter(
                DeadLetterEvents.of(plan, partition, command.getDeadLetterId(), id, command.getAttempt(), now)
                        .setRefused(ReplayRefused.newBuilder()
                                .setReplayId(command.getReplayId())
                                .setExpectedAttempt(expected)
                                .setReason(reason))
                        .build());
        return new Work.Done(effects, state);
    }
}
