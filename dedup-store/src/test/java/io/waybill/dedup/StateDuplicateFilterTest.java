package io.waybill.dedup;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.engine.DuplicateFilter;
import io.waybill.engine.DuplicateFilter.Sighting;
import io.waybill.engine.DuplicateFilter.Verdict;
import io.waybill.engine.TaskState;
import io.waybill.format.TrackingId;
import io.waybill.pipeline.Deduplicate;
import io.waybill.store.LocalStore;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StateDuplicateFilterTest {

    private static final Uuid TOPIC = new Uuid(1, 2);
    private static final long WINDOW_MS = Duration.ofMinutes(10).toMillis();
    private static final long NOW = 1_760_000_000_000L;

    private final DuplicateFilter filter = StateDuplicateFilter.create(
            Deduplicate.byMessageId().within(Duration.ofMinutes(10)).keyLocal());
    private final Rows state = new Rows();

    @Test
    void the_first_sighting_is_accepted_and_its_own_repetition_too() {
        assertThat(filter.accept(state, sighting("m", 1, 1, NOW))).isInstanceOf(Verdict.First.class);
        assertThat(filter.accept(state, sighting("m", 1, 1, NOW))).isInstanceOf(Verdict.First.class);
    }

    @Test
    void a_resend_is_a_duplicate_of_the_first_and_names_where_that_is() {
        filter.accept(state, sighting("m", 1, 1, NOW));

        Verdict verdict = filter.accept(state, sighting("m", 2, 1, NOW));

        assertThat(verdict).isEqualTo(new Verdict.Duplicate(flow(1), "in", 3, 1));
    }

    @Test
    void the_same_id_with_another_payload_is_a_conflict_and_leaves_the_first_in_place() {
        filter.accept(state, sighting("m", 1, 1, NOW));

        assertThat(filter.accept(state, sighting("m", 2, 2, NOW))).isEqualTo(new Verdict.Conflict(flow(1), "in", 3, 1));
        assertThat(filter.accept(state, sighting("m", 3, 1, NOW))).isInstanceOf(Verdict.Duplicate.class);
    }

    @Test
    void an_id_whose_flow_is_not_terminal_is_never_forgotten() {
        filter.accept(state, sighting("m", 1, 1, NOW));

        filter.expire(state, NOW + 1_000 * WINDOW_MS, 100);

        assertThat(filter.accept(state, sighting("m", 2, 1, NOW + 1_000 * WINDOW_MS)))
                .isInstanceOf(Verdict.Duplicate.class);
    }

    @Test
    void the_window_begins_with_the_end_of_the_flow_and_counts_in_log_time() {
        filter.accept(state, sighting("m", 1, 1, NOW));
        filter.release(state, "m", flow(1), NOW + 5);

        assertThat(filter.accept(state, sighting("m", 2, 1, NOW + 5 + WINDOW_MS)))
                .isInstanceOf(Verdict.Duplicate.class);
        assertThat(filter.accept(state, sighting("m", 3, 1, NOW + 6 + WINDOW_MS)))
                .isInstanceOf(Verdict.First.class);
    }

    @Test
    void what_is_over_leaves_no_row_behind() {
        for (int i = 0; i < 10; i++) {
            filter.accept(state, sighting("m" + i, i, 1, NOW));
            filter.release(state, "m" + i, flow(i), NOW + i);
        }

        filter.expire(state, NOW + 5 + WINDOW_MS, 100);

        assertThat(state.rows(StateDuplicateFilter.IDS)).isEqualTo(5);
        assertThat(state.rows(StateDuplicateFilter.EXPIRIES)).isEqualTo(5);
    }

    @Test
    void an_id_that_was_accepted_anew_outlives_its_old_window() {
        filter.accept(state, sighting("m", 1, 1, NOW));
        filter.release(state, "m", flow(1), NOW);
        long later = NOW + WINDOW_MS + 1;
        filter.accept(state, sighting("m", 2, 1, later));

        filter.expire(state, later, 100);

        assertThat(filter.accept(state, sighting("m", 3, 1, later))).isInstanceOf(Verdict.Duplicate.class);
    }

    @Test
    void only_the_holder_starts_the_window() {
        filter.accept(state, sighting("m", 1, 1, NOW));

        filter.release(state, "m", flow(2), NOW);

        assertThat(state.rows(StateDuplicateFilter.EXPIRIES)).isZero();
    }

    @Test
    void its_rows_have_the_keys_that_every_later_version_must_find() {
        filter.accept(state, sighting("m", 1, 1, 0));
        filter.release(state, "m", flow(1), 0);

        assertThat(HexFormat.of().formatHex(state.onlyKey("id"))).isEqualTo("6d");
        assertThat(HexFormat.of().formatHex(state.onlyKey("id-expiry"))).isEqualTo("00000000000927c06d");
    }

    private static Sighting sighting(String id, long offset, int payload, long logTime) {
        byte[] hash = new byte[32];
        Arrays.fill(hash, (byte) payload);
        return new Sighting(id, hash, flow(offset), "in", 3, offset, logTime);
    }

    private static TrackingId flow(long offset) {
        return TrackingId.of(TOPIC, 3, offset, NOW);
    }

    /** Every change is committed at once. */
    private static final class Rows implements TaskState {

        private final Map<String, NavigableMap<byte[], byte[]>> columns = new HashMap<>();

        @Override
        public byte @Nullable [] get(String column, byte[] key) {
            return column(column).get(key);
        }

        @Override
        public void put(String column, byte[] key, byte[] value) {
            column(column).put(key, value);
        }

        @Override
        public void delete(String column, byte[] key) {
            column(column).remove(key);
        }

        @Override
        public List<LocalStore.Entry> scanCommitted(String column, byte[] from, int limit) {
            return column(column).tailMap(from).entrySet().stream()
                    .limit(limit)
                    .map(entry -> new LocalStore.Entry(entry.getKey(), entry.getValue()))
                    .toList();
        }

        byte[] onlyKey(String column) {
            return column(column).firstKey();
        }

        int rows(String column) {
            return column(column).size();
        }

        private NavigableMap<byte[], byte[]> column(String name) {
            return columns.computeIfAbsent(name, n -> new TreeMap<>(Arrays::compareUnsigned));
        }
    }
}
