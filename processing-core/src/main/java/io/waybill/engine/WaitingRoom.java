package io.waybill.engine;

import io.waybill.format.LogFormats;
import io.waybill.format.v1.DeadLetterRow;
import io.waybill.format.v1.WaitingRow;
import io.waybill.store.LocalStore;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a task holds back: a durable queue for each lane (I5). The first of a lane runs when it is due, the others when
 * those before them have left. The rows are the task's state; here stands who is where. It is told of what has settled
 * only, so it is as far as the checkpoint that is open, and dies with it. One thread.
 */
final class WaitingRoom {

    static final String COLUMN = "waiting";

    private static final int PAGE = 500;
    /** Of so many places one is not for the input. */
    private static final int RESERVED = 10;
    /** Of so many places one can be held by those that wait behind dead letters: the others are for who moves by himself. */
    private static final int SHARE = 2;

    private final StateLayer state;
    private final EngineOptions options;
    private final Map<Lane, Line> lines = new HashMap<>();
    private final NavigableSet<Head> heads = new TreeSet<>();
    private int size;
    private long bytes;
    private long places;
    private @Nullable Waiting afresh;
    private final CallDesk desk;
    private final Barriers barriers = new Barriers();
    private final Followers followers = new Followers();
    private int behind;
    private long bytesBehind;
    /** Those that wait for their verdicts, by their offsets. */
    private final Map<Long, Waiting> claimed = new HashMap<>();

    /** Those that wait for answers. */
    private final Map<RowKey, Asked> calling = new HashMap<>();
    /** The same, by the key whose state they have looked at. */
    private final Map<RowKey, Set<Asked>> byKey = new HashMap<>();

    private final Map<RowKey, Bundled> bundles = new HashMap<>();

    private WaitingRoom(StateLayer state, EngineOptions options, CallDesk desk) {
        this.state = state;
        this.options = options;
        this.desk = desk;
    }

    /** Parts that wait as one. */
    private record Bundled(Lane lane, long bytes) {}

    private static final class Line {
        private final NavigableMap<RowKey, Waiting> all = new TreeMap<>();
        private @Nullable Head head;
        private int deadLetters;
        /** Records whose ids were claimed: they are not given up behind a dead letter, so they hold places for everybody to see. */
        private int claimed;

        private long bytesClaimed;
        private long bytes;
        private int behind;
        private long bytesBehind;
    }

    /** @param readyMs when it can run: those that only waited for their turn stand behind who was ready before */
    private record Head(long readyMs, long place, RowKey key, Waiting waiting) implements Comparable<Head> {

        private static final Comparator<Head> ORDER = Comparator.comparingLong(Head::readyMs)
                .thenComparingLong(Head::place)
                .thenComparing(Head::key);

        @Override
        public int compareTo(Head other) {
            return ORDER.compare(this, other);
        }
    }

    /** Who waited for answers when the room was another owner's is ready to ask again. */
    static WaitingRoom open(StateLayer state, EngineOptions options, CallDesk desk, Instant now) {
        WaitingRoom room = new WaitingRoom(state, options, desk);
        Set<Long> named = new HashSet<>();
        byte[] from = {};
        List<LocalStore.Entry> page;
        do {
            page = state.scan(COLUMN, from, null, PAGE);
            for (LocalStore.Entry row : page) {
                WaitingRow value = row(row.value());
                Waiting waiting = Waiting.of(row.key(), value);
                room.add(waiting, value, now);
                if (waiting.isClaimed()
                        && state.get(ClaimedRecords.VERDICTS, ClaimedRecords.key(waiting.claimed())) != null) {
                    room.judged(waiting.claimed(), now);
                }
                if (value.hasBundle()) {
                    named.add(value.getBundle().getName());
                }
                if (isLetGo(value, state)) {
                    room.letGo(value.getDeadLetterId());
                }
                // The least key behind it.
                from = Arrays.copyOf(row.key(), row.key().length + 1);
            }
        } while (page.size() == PAGE);
        Bundles.deleteAllBut(named, state);
        room.openBarriers(now);
        return room;
    }

    private static boolean isLetGo(WaitingRow row, StateLayer state) {
        DeadLetterRow deadLetter = row.hasDeadLetterId() ? Rows.deadLetter(state, row.getDeadLetterId()) : null;
        return row.hasDeadLetterId() && (deadLetter == null || !deadLetter.getInSequence());
    }

    private static WaitingRow row(byte[] value) {
        return LogFormats.decode(WaitingRow.parser(), value, "waiting row");
    }

    /** Of the task, as far as the checkpoint that is open. */
    StateLayer state() {
        return state;
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    /** When the one came that waits for longest; null where none does. */
    @Nullable
    Instant oldest() {
        long least =
                heads.stream().mapToLong(head -> head.waiting().sinceMs()).min().orElse(Long.MAX_VALUE);
        return size == 0 ? null : Instant.ofEpochMilli(least);
    }

    /** Whoever is of this lane has to wait for others. */
    boolean isTaken(Lane lane) {
        return size > 0 && lines.containsKey(lane);
    }

    /** Whether a record of the input with this key may be taken up: wherever it has to wait, there is a place. */
    boolean admits(byte @Nullable [] key) {
        return admitsCalls() && hasPlaceFor(key);
    }

    /** Whether a record of the input may call where its operators do so. */
    boolean admitsCalls() {
        return desk.admits();
    }

    private boolean hasPlaceFor(byte @Nullable [] key) {
        return size == 0
                || (places() < mostOfInput()
                        && barriers.size() < options.maxWaitingRecords()
                        && bytesOfPlaces() < options.maxWaitingBytes()
                        && bundledBytes() < options.maxSplitBytes()
                        && (key == null || hasPlaceIn(Lane.ofKey(key))));
    }

    /** Those behind dead letters do not count: one key that waits for people must not stop the others. */
    private long bundledBytes() {
        long all = 0;
        for (Bundled bundle : bundles.values()) {
            all += headOf(bundle.lane()) == null ? bundle.bytes() : 0;
        }
        return all;
    }

    /** Dead letters have a bound of their own: they must not keep people from settling them. */
    private int records() {
        return size - barriers.size();
    }

    /** What is behind dead letters counts for its share at most, also where it was more that had to wait there. */
    private int places() {
        return records() - Math.max(0, behind - options.maxWaitingRecords() / SHARE);
    }

    private long bytesOfPlaces() {
        return bytes - Math.max(0, bytesBehind - options.maxWaitingBytes() / SHARE);
    }

    private int mostOfInput() {
        return options.maxWaitingRecords() - options.maxWaitingRecords() / RESERVED;
    }

    private boolean hasPlaceIn(Lane lane) {
        // Behind a barrier nobody moves by itself: what is too much becomes a dead letter there.
        return sizeOf(lane) < options.maxWaitingOfKey() || headOf(lane) != null;
    }

    /** The dead letter for which all of this lane waits; null where the first of it waits for something else. */
    @Nullable
    String headOf(Lane lane) {
        Line line = lines.get(lane);
        return line == null || line.head == null ? null : barriers.at(line.head.key());
    }

    /** As many of this lane, or of all lanes, wait for dead letters as may. */
    boolean overflows(Lane lane) {
        return headOf(lane) != null && (sizeOf(lane) >= options.maxWaitingOfKey() || !hasRoomBehind(1, 1));
    }

    /** Whether so many more can wait for dead letters. */
    boolean hasRoomBehind(int more, long moreBytes) {
        return behind + more <= options.maxWaitingRecords() / SHARE
                && bytesBehind + moreBytes <= options.maxWaitingBytes() / SHARE;
    }

    /** Who waits for dead letters that are the first of their lanes, as far as people were not told. */
    Followers followers() {
        return followers;
    }

    /** When the one came that is next behind the first of this lane; 0 where there is none. */
    long sinceBehind(Lane lane) {
        Line line = lines.get(lane);
        Map.Entry<RowKey, Waiting> next = line == null ? null : line.all.higherEntry(line.all.firstKey());
        return next == null ? 0 : next.getValue().sinceMs();
    }

    /** In words, what of the same key must come to its end before people can replay this dead letter; null where nothing must. */
    @Nullable
    String whatIsBefore(String deadLetterId) {
        Waiting its = barriers.of(deadLetterId);
        if (its == null) {
            return null;
        }
        String head = headOf(its.lane());
        return deadLetterId.equals(head) ? null : head == null ? "what waits" : "dead letter " + head;
    }

    /** Where a dead letter keeps its place, also while only what its replay led to is waited for; null where it has none. */
    @Nullable
    Waiting placeOf(String deadLetterId) {
        return barriers.of(deadLetterId);
    }

    /** Which dead letter that is. */
    @Nullable
    String deadLetterAt(Waiting place) {
        return barriers.at(new RowKey(place.key()));
    }

    /** Records of one lane go to the place of another, in their order. */
    void moveRecords(Lane from, Waiting to, StateLayer state, Instant now) {
        Line line = lines.get(from);
        for (Waiting each : line == null ? List.<Waiting>of() : List.copyOf(line.all.values())) {
            WaitingRow row = rowOf(each, state);
            if (row.hasRecord() && !row.hasReplay()) {
                remove(each, state, now);
                put(Waiting.of(to.lane(), to.place(), each.path(), row), row, state, now);
            }
        }
    }

    /** Nobody waits for this dead letter any more, but for what its replay led to. */
    void letGo(String deadLetterId) {
        barriers.letGo(deadLetterId);
    }

    /** Something has settled: of the dead letters that were let go, those have nothing left that waits. */
    void openBarriers(Instant now) {
        for (String deadLetterId : barriers.letGo()) {
            if (!isTaken(Lane.ofDeadLetter(deadLetterId))) {
                Waiting opened = barriers.open(deadLetterId);
                Line line = lines.get(opened.lane());
                if (line != null) {
                    line.deadLetters--;
                    leadAgain(opened, now);
                    count(opened.lane(), line);
                }
            }
        }
    }

    /** What is in it waits for people only. */
    boolean isAtRest() {
        return heads.stream().allMatch(head -> barriers.at(head.key()) != null);
    }

    /** The same of an order; where people are waited for, or verdicts, which come the same way, always. */
    boolean admitsOrders() {
        return places() < options.maxWaitingRecords() || barriers.size() > 0 || !claimed.isEmpty();
    }

    /** Whether so many more can wait in this lane; what is in the room already keeps its place in any case. */
    boolean hasRoom(@Nullable Lane lane, int more, long moreBytes) {
        return places() + more <= options.maxWaitingRecords()
                && bytesOfPlaces() + moreBytes <= options.maxWaitingBytes()
                && (lane == null || sizeOf(lane) + more <= options.maxWaitingOfKey());
    }

    int sizeOf(Lane lane) {
        Line line = lines.get(lane);
        return line == null ? 0 : line.all.size();
    }

    /** Those of one record share it: it is another one when they have taken it. */
    long placeBehindAll() {
        return places;
    }

    /** It waits for its turn, behind all of its lane. */
    Waiting join(Lane lane, WaitingRow row, StateLayer state, Instant now) {
        Waiting waiting = Waiting.of(lane, placeBehindAll(), PartPath.ROOT, row);
        put(waiting, row, state, now);
        return waiting;
    }

    boolean awaitsVerdicts() {
        return !claimed.isEmpty();
    }

    /** It is known whether this record of the source is a duplicate; it runs when it has its turn. */
    void judged(long offset, byte[] verdict, StateLayer state, Instant now) {
        state.put(ClaimedRecords.VERDICTS, ClaimedRecords.key(offset), verdict);
        judged(offset, now);
    }

    private void judged(long offset, Instant now) {
        Waiting waiting = claimed.remove(offset);
        if (waiting == null) {
            throw TaskHaltedException.stateDamaged(
                    "the record at offset %d of the source has a verdict, but does not wait for one".formatted(offset));
        }
        Line line = lines.get(waiting.lane());
        if (line != null) {
            line.all.put(new RowKey(waiting.key()), waiting.judged());
            lead(waiting.lane(), line, now);
        }
    }

    /** The first that can run; null where none can. */
    @Nullable
    Waiting due(Instant now) {
        Head head = nextHead();
        return head == null || head.readyMs() > now.toEpochMilli() ? null : head.waiting();
    }

    private @Nullable Head nextHead() {
        if (bundles.isEmpty()) {
            return heads.isEmpty() ? null : heads.first();
        }
        // Others move by themselves until there is room again; who waits for a bundle, or for people, does not.
        boolean full = !admitsCalls() || heads.size() - bundles.size() - barriers.size() >= mostOfInput();
        for (Head head : heads) {
            // Its parts may have to wait, and there is no place for them.
            if (!full || !bundles.containsKey(head.key())) {
                return head;
            }
        }
        return null;
    }

    /** When the next can run that cannot yet; in the past where one can. */
    @Nullable
    Instant nextDue() {
        Head head = nextHead();
        return head == null || head.readyMs() == Asked.NEVER ? null : Instant.ofEpochMilli(head.readyMs());
    }

    /** When the first of this lane is tried again, as far as that is known. */
    Instant dueOf(Lane lane, Instant now) {
        Line line = lines.get(lane);
        Head head = line == null ? null : line.head;
        return head == null || head.readyMs() < now.toEpochMilli() || head.readyMs() == Asked.NEVER
                ? now
                : Instant.ofEpochMilli(head.readyMs());
    }

    /** The first of this lane waits for answers. */
    boolean isCalling(Lane lane) {
        Line line = lines.get(lane);
        return line != null && line.head != null && calling.containsKey(line.head.key());
    }

    /** Some record of the task waits for answers. */
    boolean isCalling() {
        return desk.isCalling();
    }

    CallDesk desk() {
        return desk;
    }

    /** It is here, and runs again when its calls are answered, or have taken too long. */
    void calls(Waiting waiting, Asked asked, Instant now) {
        asked.waitsAs(waiting);
        calling.put(new RowKey(waiting.key()), asked);
        if (asked.key() != null) {
            byKey.computeIfAbsent(asked.key(), key -> new LinkedHashSet<>()).add(asked);
        }
        desk.begin(asked);
        leadAgain(waiting, now);
    }

    /**
     * What it asked for, with the answers that are there; nobody waits for others. Null where it has asked for nothing, or
     * must ask anew, since a replay has changed the state of its key meanwhile.
     */
    @Nullable
    Asked answersTo(Waiting waiting, Instant now) {
        // An answer that is there counts, though its time may be over by now.
        hear(now);
        Asked asked = forget(waiting);
        if (asked == null) {
            return null;
        }
        desk.end(asked);
        leadAgain(waiting, now);
        return asked.isOutdated() ? null : asked;
    }

    private @Nullable Asked forget(Waiting waiting) {
        Asked asked = calling.remove(new RowKey(waiting.key()));
        if (asked != null && asked.key() != null) {
            byKey.computeIfPresent(asked.key(), (key, all) -> {
                all.remove(asked);
                return all.isEmpty() ? null : all;
            });
        }
        return asked;
    }

    /** Something of this key has taken effect. */
    void happened(byte[] key) {
        if (!byKey.isEmpty()) {
            byKey.getOrDefault(new RowKey(key), Set.of()).forEach(Asked::outdate);
        }
    }

    /** Takes note of answers. */
    void hear(Instant now) {
        for (Asked asked : desk.hear()) {
            Waiting waiting = asked.waiting();
            if (waiting != null) {
                leadAgain(waiting, now);
            }
        }
    }

    void close() {
        desk.close();
    }

    WaitingRow rowOf(Waiting waiting, StateLayer state) {
        byte[] value = state.get(COLUMN, waiting.key());
        if (value == null) {
            throw TaskHaltedException.stateDamaged("nothing stands in the state for what waits at " + waiting);
        }
        WaitingRow row = row(value);
        return waiting.equals(afresh)
                ? row.toBuilder().setTries(0).setFirstFailedAtMs(0).build()
                : row;
    }

    /** It stopped its task, and people want it tried again: its tries count anew. */
    void startsAfresh(Waiting waiting) {
        afresh = waiting;
    }

    /** @param state of what has settled, which takes the row */
    void put(Waiting waiting, WaitingRow row, StateLayer state, Instant now) {
        state.put(COLUMN, waiting.key(), LogFormats.encode(row));
        add(waiting, row, now);
    }

    void remove(Waiting waiting, StateLayer state, Instant now) {
        state.delete(COLUMN, waiting.key());
        Line line = lines.get(waiting.lane());
        if (line == null || line.all.remove(new RowKey(waiting.key())) == null) {
            throw new IllegalStateException("expected that it waits, but it does not: " + waiting);
        }
        size--;
        if (waiting.isClaimed()) {
            state.delete(ClaimedRecords.VERDICTS, ClaimedRecords.key(waiting.claimed()));
            line.claimed--;
            line.bytesClaimed -= waiting.bytes();
        }
        Asked unused = forget(waiting);
        line.deadLetters -= barriers.at(new RowKey(waiting.key())) == null ? 0 : 1;
        barriers.remove(waiting);
        bundles.remove(new RowKey(waiting.key()));
        bytes -= waiting.bytes();
        line.bytes -= waiting.bytes();
        afresh = waiting.equals(afresh) ? null : afresh;
        lead(waiting.lane(), line, now);
        count(waiting.lane(), line);
    }

    private void add(Waiting waiting, WaitingRow row, Instant now) {
        Line line = lines.computeIfAbsent(waiting.lane(), lane -> new Line());
        if (row.hasDeadLetterId()) {
            barriers.add(waiting, row.getDeadLetterId());
            line.deadLetters++;
        }
        if (waiting.isClaimed()) {
            claimed.put(waiting.claimed(), waiting);
            line.claimed++;
            line.bytesClaimed += waiting.bytes();
        }
        if (row.hasBundle()) {
            bundles.put(
                    new RowKey(waiting.key()),
                    new Bundled(waiting.lane(), row.getBundle().getBytes()));
        }
        line.all.put(new RowKey(waiting.key()), waiting);
        size++;
        bytes += waiting.bytes();
        line.bytes += waiting.bytes();
        places = Math.max(places, waiting.place() + 1);
        lead(waiting.lane(), line, now);
        count(waiting.lane(), line);
    }

    /** What of the lane waits for dead letters may be another number than it was. */
    private void count(Lane lane, Line line) {
        boolean waits = line.head != null && barriers.at(line.head.key()) != null && !line.all.isEmpty();
        int now = waits ? line.all.size() - line.deadLetters - line.claimed : 0;
        long bytesNow = waits ? line.bytes - line.bytesClaimed : 0;
        behind += now - line.behind;
        bytesBehind += bytesNow - line.bytesBehind;
        line.behind = now;
        line.bytesBehind = bytesNow;
        if (waits) {
            followers.changed(lane);
        }
    }

    private void lead(Lane lane, Line line, Instant now) {
        Map.Entry<RowKey, Waiting> first = line.all.firstEntry();
        Head before = line.head;
        if (before != null && first != null && before.waiting().equals(first.getValue())) {
            return;
        }
        if (before != null) {
            heads.remove(before);
        }
        if (first == null) {
            lines.remove(lane);
            return;
        }
        line.head = head(first.getKey(), first.getValue(), now);
        heads.add(line.head);
    }

    private Head head(RowKey key, Waiting waiting, Instant now) {
        if (barriers.at(key) != null) {
            return new Head(Asked.NEVER, waiting.place(), key, waiting);
        }
        Asked asked = calling.get(key);
        long due = waiting.dueMs() == 0 ? now.toEpochMilli() : waiting.dueMs();
        return new Head(asked == null ? due : asked.readyMs(), waiting.place(), key, waiting);
    }

    /** It may be ready at another time than it was. */
    private void leadAgain(Waiting waiting, Instant now) {
        Line line = lines.get(waiting.lane());
        if (line != null && line.head != null && line.head.waiting().equals(waiting)) {
            heads.remove(line.head);
            line.head = head(line.head.key(), waiting, now);
            heads.add(line.head);
        }
    }
}
