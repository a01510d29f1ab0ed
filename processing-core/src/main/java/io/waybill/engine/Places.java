package io.waybill.engine;

import io.waybill.format.TrackingId;
import io.waybill.format.v1.WaitingRow;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where in the waiting room those of one run go that cannot go on. Nothing of it counts before the run settles. One for
 * each run.
 */
final class Places {

    private final WaitingRoom room;
    private final byte @Nullable [] key;
    private final @Nullable Waiting from;
    private final @Nullable WaitingRow returned;
    private final @Nullable Asked answers;
    private final @Nullable RegisteredTimer timer;
    private @Nullable Asked stays;
    private @Nullable Waiting inherited;
    private @Nullable Lane lane;
    private List<Taken> taken = List.of();
    private List<Waiting> asking = List.of();

    private Places(
            WaitingRoom room,
            byte @Nullable [] key,
            @Nullable Lane lane,
            @Nullable Waiting from,
            @Nullable WaitingRow returned,
            @Nullable Asked answers,
            @Nullable RegisteredTimer timer) {
        this.room = room;
        this.key = key;
        this.lane = lane;
        this.from = from;
        this.returned = returned;
        this.answers = answers;
        this.timer = timer;
    }

    /** @param asked what it waits for; null where that is its turn, or its time */
    private record Taken(
            Waiting waiting, WaitingRow row, @Nullable Asked asked) {}

    /** @param key null: it waits for nobody, and nobody for it */
    static Places ofKey(WaitingRoom room, byte @Nullable [] key) {
        return new Places(room, key, null, null, null, null, null);
    }

    static Places ofDeadLetter(WaitingRoom room, String id) {
        return new Places(room, null, Lane.ofDeadLetter(id), null, null, null, null);
    }

    /**
     * Of a record that comes back to be tried again.
     *
     * @param answers what it has asked for; null where that is nothing
     */
    static Places ofReturned(WaitingRoom room, Waiting from, WaitingRow row, @Nullable Asked answers) {
        return new Places(room, null, laneOf(from), from, row, answers, null);
    }

    /** Of what waited for its turn without having been run. */
    static Places ofNext(WaitingRoom room, Waiting from) {
        return new Places(room, null, laneOf(from), from, null, null, null);
    }

    static Places ofTimer(WaitingRoom room, RegisteredTimer timer) {
        return new Places(room, timer.key(), null, null, null, null, timer);
    }

    /** Of a timer that waited for its turn, or for answers. */
    static Places ofNextTimer(WaitingRoom room, RegisteredTimer timer, Waiting from, @Nullable Asked answers) {
        return new Places(room, null, laneOf(from), from, null, answers, timer);
    }

    private static @Nullable Lane laneOf(Waiting from) {
        return from.lane().kind() == Lane.Kind.RECORD ? null : from.lane();
    }

    /** Null where each has its own. */
    private @Nullable Lane lane() {
        if (inherited != null) {
            return inherited.lane();
        }
        if (lane == null && key != null) {
            lane = Lane.ofKey(key);
        }
        return lane;
    }

    /** What would run after one that waits is not to overtake it. */
    boolean areInOrder() {
        return lane() != null;
    }

    /**
     * Others of its key wait for what an order led to, and do so for what of it fails; the dead letter itself has its place.
     *
     * @param of its key; another one where people edited that: there it had no turn
     */
    boolean areInSequence(String deadLetterId, byte @Nullable [] of) {
        if (from != null && from.lane().kind() == Lane.Kind.KEY) {
            return true;
        }
        Waiting its = placeInSequence();
        return its != null
                && !deadLetterId.equals(room.deadLetterAt(its))
                && of != null
                && its.lane().equals(Lane.ofKey(of));
    }

    /** The place of the dead letter that was replayed, in the order of its key; null where nobody waits for it. */
    private @Nullable Waiting placeInSequence() {
        return lane == null || lane.kind() != Lane.Kind.DEAD_LETTER
                ? null
                : room.placeOf(new String(lane.name().bytes(), StandardCharsets.UTF_8));
    }

    /** From now on what is to wait waits in the order of the key, where the dead letter was that was replayed. */
    void joinSequence() {
        if (inherited == null) {
            inherited = placeInSequence();
        }
    }

    /** Others wait whose turn is before its own. */
    boolean areBehindOthers() {
        return !room.isEmpty() && from == null && key != null && room.isTaken(Lane.ofKey(key));
    }

    /** The dead letter behind which it would wait, where no more may; else null. */
    @Nullable
    String overflowsBehind() {
        Lane its = lane();
        return its == null || !room.overflows(its) ? null : room.headOf(its);
    }

    int waiting() {
        Lane its = lane();
        return its == null ? 0 : room.sizeOf(its);
    }

    /** They wait for the answer to one before it, which is no news. */
    boolean areBehindCall() {
        Lane its = lane();
        return its != null && room.isCalling(its);
    }

    /** When the first of its lane is tried, as far as that is known. */
    Instant dueOfOthers(Instant now) {
        Lane its = lane();
        return its == null ? now : room.dueOf(its, now);
    }

    /** The row of a record that came back; null of any other. */
    @Nullable
    WaitingRow returned() {
        return returned;
    }

    /** What the record asked for before it came back; null where that is nothing. */
    @Nullable
    Asked answers() {
        return answers;
    }

    /** Who makes the calls of those that have no place. */
    CallDesk desk() {
        return room.desk();
    }

    boolean haveRoom(FlowRecord record, List<Entry> entries, EngineOptions options) {
        return haveRoom(record, entries, 0, options);
    }

    /** The same, and for one row more that stands for many. */
    boolean haveRoomWithBundle(FlowRecord record, List<Entry> entries, EngineOptions options) {
        return haveRoom(record, entries, 1, options);
    }

    private boolean haveRoom(FlowRecord record, List<Entry> entries, int bundles, EngineOptions options) {
        long bytes = 0;
        for (Entry entry : entries) {
            if (WaitingRecords.upperBound(record, entry) > options.maxRecordBytes() - EngineOptions.ROOM_FOR_ERROR) {
                return false;
            }
            bytes += entry.payload().length;
        }
        // What came from the room leaves its place.
        int left = from == null ? 0 : 1;
        return room.hasRoom(lane(), taken.size() + entries.size() + bundles - left, bytes);
    }

    /** The same where they are to wait for a dead letter. */
    boolean haveRoomBehind(FlowRecord record, List<Entry> entries, EngineOptions options) {
        long bytes = entries.stream().mapToLong(entry -> entry.payload().length).sum();
        return room.hasRoomBehind(entries.size(), bytes) && haveRoom(record, entries, options);
    }

    /** The same of a bundle. */
    boolean haveRoomForBundleBehind(FlowRecord record, EngineOptions options) {
        return room.hasRoomBehind(1, 0) && haveRoomWithBundle(record, List.of(), options);
    }

    /** Where parts are put by that are to wait as one. */
    BundleWriter bundle(OperatorChain chain, EngineOptions options, long name) {
        return new BundleWriter(chain, options, room.state(), name);
    }

    /** @param asked what it waits for; null where that is its turn, or its time */
    void take(TrackingId flow, PartPath path, WaitingRow row, @Nullable Asked asked) {
        Lane own = lane();
        if (taken.isEmpty()) {
            taken = new ArrayList<>();
        }
        Waiting at = inherited == null ? from : inherited;
        long place = at == null ? room.placeBehindAll() : at.place();
        Waiting waiting = Waiting.of(own == null ? Lane.ofRecord(flow, path) : own, place, path, row);
        taken.add(new Taken(waiting, row, asked));
    }

    /** The record that came back waits on, where it was. */
    void keep(WaitingRow row) {
        if (from != null) {
            Waiting waiting = Waiting.of(from.lane(), from.place(), from.path(), row);
            taken = List.of(new Taken(waiting, row, null));
        }
    }

    /** Whether it can wait as it came, for nothing has happened that a row of its own would have to say. */
    boolean canStay() {
        return returned != null || timer != null;
    }

    /** It waits for answers, and all is as it was before it ran; a timer can still be cancelled. */
    void stay(Asked asked) {
        stays = asked;
    }

    /** Those that were taken are given back. */
    void clear() {
        taken = List.of();
    }

    /** Those of the run that wait for answers, once it has settled. */
    List<Waiting> asking() {
        return asking;
    }

    /** The run has settled: from now on the room is as it leaves it. */
    void settle(StateLayer state, Instant now) {
        if (stays != null) {
            calls(from == null ? joined(Objects.requireNonNull(timer), state, now) : from, stays, now);
            return;
        }
        if (from != null) {
            room.remove(from, state, now);
        }
        for (Taken each : taken) {
            room.put(each.waiting(), each.row(), state, now);
            if (each.asked() != null) {
                calls(each.waiting(), each.asked(), now);
            }
        }
        if (inherited != null && from != null) {
            // The parts behind it waited for it as for one that is tried again.
            room.moveRecords(from.lane(), inherited, state, now);
        }
    }

    private void calls(Waiting waiting, Asked asked, Instant now) {
        room.calls(waiting, asked, now);
        if (asking.isEmpty()) {
            asking = new ArrayList<>(1);
        }
        asking.add(waiting);
    }

    private Waiting joined(RegisteredTimer due, StateLayer state, Instant now) {
        boolean unused = due.move(RegisteredTimer.TIMERS, RegisteredTimer.WAITING, state);
        return room.join(Lane.ofKey(due.key()), WaitingRecords.of(due, now), state, now);
    }

    /** Something of the record has taken effect, and with it its key's state may have changed. */
    void happened(byte[] of) {
        room.happened(of);
    }

    /** What came back stopped its task, and is to be tried as if for the first time. */
    void startAfresh() {
        if (from != null) {
            room.startsAfresh(from);
        }
    }
}
