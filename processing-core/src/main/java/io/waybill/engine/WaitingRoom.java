package io.waybill.engine;

import io.waybill.format.LogFormats;
import io.waybill.format.v1.WaitingRow;
import io.waybill.store.LocalStore;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
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

    private final EngineOptions options;
    private final Map<Lane, Line> lines = new HashMap<>();
    private final NavigableSet<Head> heads = new TreeSet<>();
    private int size;
    private long bytes;
    private long places;
    private @Nullable Waiting afresh;

    private WaitingRoom(EngineOptions options) {
        this.options = options;
    }

    private static final class Line {
        private final NavigableMap<RowKey, Waiting> all = new TreeMap<>();
        private @Nullable Head head;
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

    static WaitingRoom open(StateLayer state, EngineOptions options, Instant now) {
        WaitingRoom room = new WaitingRoom(options);
        byte[] from = {};
        List<LocalStore.Entry> page;
        do {
            page = state.scan(COLUMN, from, null, PAGE);
            for (LocalStore.Entry row : page) {
                room.add(Waiting.of(row.key(), row(row.value())), now);
                // The least key behind it.
                from = Arrays.copyOf(row.key(), row.key().length + 1);
            }
        } while (page.size() == PAGE);
        return room;
    }

    private static WaitingRow row(byte[] value) {
        return LogFormats.decode(WaitingRow.parser(), value, "waiting row");
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
        return size == 0
                || (size < options.maxWaitingRecords() - options.maxWaitingRecords() / RESERVED
                        && bytes < options.maxWaitingBytes()
                        && (key == null || sizeOf(Lane.ofKey(key)) < options.maxWaitingOfKey()));
    }

    /** The same of an order. */
    boolean admitsOrders() {
        return size < options.maxWaitingRecords();
    }

    /** Whether so many more can wait in this lane; what is in the room already keeps its place in any case. */
    boolean hasRoom(@Nullable Lane lane, int more, long moreBytes) {
        return size + more <= options.maxWaitingRecords()
                && bytes + moreBytes <= options.maxWaitingBytes()
                && (lane == null || sizeOf(lane) + more <= options.maxWaitingOfKey());
    }

    private int sizeOf(Lane lane) {
        Line line = lines.get(lane);
        return line == null ? 0 : line.all.size();
    }

    /** Those of one record share it: it is another one when they have taken it. */
    long placeBehindAll() {
        return places;
    }

    /** It waits for its turn, behind all of its lane. */
    void join(Lane lane, WaitingRow row, StateLayer state, Instant now) {
        put(Waiting.of(lane, placeBehindAll(), PartPath.ROOT, row), row, state, now);
    }

    /** The first that can run; null where none can. */
    @Nullable
    Waiting due(Instant now) {
        return heads.isEmpty() || heads.first().readyMs() > now.toEpochMilli()
                ? null
                : heads.first().waiting();
    }

    /** When the next can run that cannot yet; in the past where one can. */
    @Nullable
    Instant nextDue() {
        return heads.isEmpty() ? null : Instant.ofEpochMilli(heads.first().readyMs());
    }

    /** When the first of this lane is tried again, as far as that is known. */
    Instant dueOf(Lane lane, Instant now) {
        Line line = lines.get(lane);
        Head head = line == null ? null : line.head;
        return head == null || head.readyMs() < now.toEpochMilli() ? now : Instant.ofEpochMilli(head.readyMs());
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
        add(waiting, now);
    }

    void remove(Waiting waiting, StateLayer state, Instant now) {
        state.delete(COLUMN, waiting.key());
        Line line = lines.get(waiting.lane());
        if (line == null || line.all.remove(new RowKey(waiting.key())) == null) {
            throw new IllegalStateException("expected that it waits, but it does not: " + waiting);
        }
        size--;
        bytes -= waiting.bytes();
        afresh = waiting.equals(afresh) ? null : afresh;
        lead(waiting.lane(), line, now);
    }

    private void add(Waiting waiting, Instant now) {
        Line line = lines.computeIfAbsent(waiting.lane(), lane -> new Line());
        line.all.put(new RowKey(waiting.key()), waiting);
        size++;
        bytes += waiting.bytes();
        places = Math.max(places, waiting.place() + 1);
        lead(waiting.lane(), line, now);
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
        Waiting waiting = first.getValue();
        long ready = waiting.dueMs() == 0 ? now.toEpochMilli() : waiting.dueMs();
        line.head = new Head(ready, waiting.place(), first.getKey(), waiting);
        heads.add(line.head);
    }
}
