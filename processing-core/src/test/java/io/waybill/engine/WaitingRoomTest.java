package io.waybill.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;

import io.waybill.format.TrackingId;
import io.waybill.format.UnreadableLogException;
import io.waybill.format.v1.WaitingRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WaitingRoomTest {

    private static final Instant NOW = Instant.ofEpochMilli(1_000);

    private static final CallDesk DESK =
            new CallDesk("p", List.of(), mock(Ports.Calls.class), () -> NOW, Probe.NONE, () -> {});

    private final TreeStore store = new TreeStore();
    private final StateLayer state = StateLayer.over(store);
    private WaitingRoom room = WaitingRoom.open(state, EngineOptions.DEFAULTS, DESK, NOW);

    private static Lane key(String key) {
        return Lane.ofKey(key.getBytes(UTF_8));
    }

    private static WaitingRow row(long dueMs) {
        return WaitingRow.newBuilder()
                .setSinceMs(NOW.toEpochMilli())
                .setDueMs(dueMs)
                .build();
    }

    private void put(Lane lane, long place, long dueMs, Integer... path) {
        WaitingRow row = row(dueMs);
        room.put(Waiting.of(lane, place, new PartPath(List.of(path)), row), row, state, NOW);
    }

    private static String name(@Nullable Waiting waiting) {
        return waiting == null
                ? "nobody"
                : new String(waiting.lane().name().bytes(), UTF_8) + waiting.place() + waiting.path();
    }

    /** Who runs, one after the other, at this time. */
    private List<String> turns(long atMs) {
        Instant at = Instant.ofEpochMilli(atMs);
        List<String> turns = new ArrayList<>();
        for (Waiting next = room.due(at); next != null; next = room.due(at)) {
            turns.add(name(next));
            room.remove(next, state, at);
        }
        return turns;
    }

    /** As the task's next owner finds it. */
    private void reopen() {
        store.apply(state.changes(), Map.of());
        state.clear();
        room = WaitingRoom.open(StateLayer.over(store), EngineOptions.DEFAULTS, DESK, NOW);
    }

    @Test
    void those_of_a_lane_wait_for_the_first_and_other_lanes_do_not() {
        put(key("a"), 0, 5_000);
        put(key("a"), 1, 0);
        put(key("b"), 2, 2_000);

        assertThat(turns(1_999)).isEmpty();
        assertThat(room.nextDue()).isEqualTo(Instant.ofEpochMilli(2_000));
        assertThat(turns(4_999)).containsExactly("b2");
        assertThat(turns(5_000)).containsExactly("a0", "a1");
        assertThat(room.isEmpty()).isTrue();
        assertThat(state.changes()).allMatch(change -> change.value() == null);
    }

    @Test
    void parts_stand_in_their_depth_first_order_before_the_next_record() {
        put(key("a"), 0, 2_000, 2);
        put(key("a"), 0, 0, 10);
        put(key("a"), 1, 0);
        put(key("a"), 0, 0, 2, 1);
        put(key("a"), 0, 0, 3);

        assertThat(turns(2_000)).containsExactly("a02", "a02.1", "a03", "a010", "a1");
    }

    @Test
    void a_lane_that_becomes_free_stands_behind_those_that_were_ready_before() {
        put(key("a"), 0, 2_000);
        put(key("a"), 1, 0);
        put(key("b"), 2, 2_500);

        assertThat(turns(3_000)).containsExactly("a0", "b2", "a1");
    }

    @Test
    void the_next_owner_finds_everybody_at_their_places() {
        put(key("a"), 7, 5_000, 1);
        put(key("a"), 7, 0, 2);
        put(Lane.ofDeadLetter("letter"), 8, 0);
        put(Lane.ofRecord(TrackingId.of(5, new byte[] {1}), new PartPath(List.of(3))), 9, 6_000, 3);
        reopen();

        assertThat(room.size()).isEqualTo(4);
        assertThat(room.placeBehindAll()).isEqualTo(10);
        assertThat(room.isTaken(key("a"))).isTrue();
        assertThat(room.isTaken(key("b"))).isFalse();
        assertThat(turns(5_000)).containsExactly("letter8", "a71", "a72");
    }

    @Test
    void reads_a_room_of_more_than_one_page() {
        for (int i = 0; i < 1_234; i++) {
            put(key("key" + i % 10), i, 0);
        }
        reopen();

        assertThat(room.size()).isEqualTo(1_234);
        assertThat(turns(1_000)).hasSize(1_234).doesNotHaveDuplicates();
    }

    @Test
    void admits_the_input_up_to_its_bounds_and_orders_up_to_all() {
        EngineOptions options = SmallRoom.OPTIONS;
        room = WaitingRoom.open(state, options, DESK, NOW);
        for (int i = 0; i < options.maxWaitingOfKey(); i++) {
            assertThat(room.admits("a".getBytes(UTF_8))).isTrue();
            put(key("a"), i, 0);
        }
        assertThat(room.admits("a".getBytes(UTF_8))).isFalse();
        for (int i = room.size(); i < options.maxWaitingRecords() * 9 / 10; i++) {
            assertThat(room.admits("b".getBytes(UTF_8))).isTrue();
            assertThat(room.admits(null)).isTrue();
            put(Lane.ofDeadLetter("" + i), i, 0);
        }
        assertThat(room.admits("b".getBytes(UTF_8))).isFalse();
        assertThat(room.admits(null)).isFalse();
        assertThat(room.admitsOrders()).isTrue();
        for (int i = room.size(); i < options.maxWaitingRecords(); i++) {
            put(Lane.ofDeadLetter("" + i), i, 0);
        }
        assertThat(room.admitsOrders()).isFalse();
        assertThat(room.hasRoom(null, 1, 0)).isFalse();
    }

    @Test
    void counts_the_bytes_of_the_rows() {
        room = WaitingRoom.open(state, SmallRoom.OPTIONS, DESK, NOW);
        WaitingRow large = WaitingRow.newBuilder()
                .setEntry("x".repeat((int) SmallRoom.OPTIONS.maxWaitingBytes()))
                .build();
        Waiting one = Waiting.of(key("a"), 0, PartPath.ROOT, large);
        room.put(one, large, state, NOW);
        assertThat(room.admits(null)).isFalse();
        room.remove(one, state, NOW);
        assertThat(room.admits(null)).isTrue();
    }

    @Test
    void refuses_a_lane_of_a_later_version() {
        byte[] key = Waiting.of(key("a"), 0, PartPath.ROOT, row(0)).key();
        key[0] = 9;

        assertThatThrownBy(() -> Waiting.of(key, row(0))).isInstanceOf(UnreadableLogException.class);
    }

    /** At most ten, three of a key, and 2 KiB. */
    private static final class SmallRoom {

        private static final EngineOptions OPTIONS = of(EngineOptions.DEFAULTS);

        private static EngineOptions of(EngineOptions o) {
            return new EngineOptions(
                    o.checkpointInterval(),
                    o.transactionTimeout(),
                    o.patience(),
                    o.recordDeadline(),
                    o.maxPayloadBytes(),
                    o.maxParts(),
                    o.maxEffectsBytes(),
                    o.maxCheckpointBytes(),
                    o.maxQueuedRecords(),
                    o.outcomePartitions(),
                    o.replicationFactor(),
                    o.olderBrokers(),
                    o.prepareBudget(),
                    o.uncleanExits(),
                    o.carefulRecords(),
                    10,
                    3,
                    2_048,
                    o.maxStagedRows());
        }
    }
}
