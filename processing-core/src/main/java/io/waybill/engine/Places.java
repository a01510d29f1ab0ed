package io.waybill.engine;

import io.waybill.format.TrackingId;
import io.waybill.format.v1.WaitingRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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
    private @Nullable Lane lane;
    private List<Taken> taken = List.of();

    private Places(
            WaitingRoom room,
            byte @Nullable [] key,
            @Nullable Lane lane,
            @Nullable Waiting from,
            @Nullable WaitingRow returned) {
        this.room = room;
        this.key = key;
        this.lane = lane;
        this.from = from;
        this.returned = returned;
    }

    private record Taken(Waiting waiting, WaitingRow row) {}

    /** @param key null: it waits for nobody, and nobody for it */
    static Places ofKey(WaitingRoom room, byte @Nullable [] key) {
        return new Places(room, key, null, null, null);
    }

    static Places ofDeadLetter(WaitingRoom room, String id) {
        return new Places(room, null, Lane.ofDeadLetter(id), null, null);
    }

    /** Of a record that comes back to be tried again. */
    static Places ofReturned(WaitingRoom room, Waiting from, WaitingRow row) {
        return new Places(room, null, laneOf(from), from, row);
    }

    /** Of what waited for its turn without having been run. */
    static Places ofNext(WaitingRoom room, Waiting from) {
        return new Places(room, null, laneOf(from), from, null);
    }

    private static @Nullable Lane laneOf(Waiting from) {
        return from.lane().kind() == Lane.Kind.RECORD ? null : from.lane();
    }

    /** Null where each has its own. */
    private @Nullable Lane lane() {
        if (lane == null && key != null) {
            lane = Lane.ofKey(key);
        }
        return lane;
    }

    /** What would run after one that waits is not to overtake it. */
    boolean areInOrder() {
        return lane() != null;
    }

    /** Others wait whose turn is before its own. */
    boolean areBehindOthers() {
        return !room.isEmpty() && from == null && key != null && room.isTaken(Lane.ofKey(key));
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

    boolean haveRoom(FlowRecord record, List<Entry> entries, EngineOptions options) {
        long bytes = 0;
        for (Entry entry : entries) {
            if (WaitingRecords.upperBound(record, entry) > options.maxRecordBytes() - EngineOptions.ROOM_FOR_ERROR) {
                return false;
            }
            bytes += entry.payload().length;
        }
        return room.hasRoom(lane(), taken.size() + entries.size(), bytes);
    }

    void take(TrackingId flow, PartPath path, WaitingRow row) {
        Lane own = lane();
        if (taken.isEmpty()) {
            taken = new ArrayList<>();
        }
        long place = from == null ? room.placeBehindAll() : from.place();
        taken.add(new Taken(Waiting.of(own == null ? Lane.ofRecord(flow, path) : own, place, path, row), row));
    }

    /** The record that came back waits on, where it was. */
    void keep(WaitingRow row) {
        if (from != null) {
            taken = List.of(new Taken(Waiting.of(from.lane(), from.place(), from.path(), row), row));
        }
    }

    /** Those that were taken are given back. */
    void clear() {
        taken = List.of();
    }

    /** The run has settled: from now on the room is as it leaves it. */
    void settle(StateLayer state, Instant now) {
        if (from != null) {
            room.remove(from, state, now);
        }
        taken.forEach(each -> room.put(each.waiting(), each.row(), state, now));
    }

    /** What came back stopped its task, and is to be tried as if for the first time. */
    void startAfresh() {
        if (from != null) {
            room.startsAfresh(from);
        }
    }
}
