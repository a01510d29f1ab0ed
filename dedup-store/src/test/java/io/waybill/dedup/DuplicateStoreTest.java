package io.waybill.dedup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.engine.DuplicateFilter;
import io.waybill.engine.DuplicateFilter.Sighting;
import io.waybill.engine.DuplicateFilter.Verdict;
import io.waybill.format.LogFormats;
import io.waybill.format.TrackingId;
import io.waybill.format.UnreadableLogException;
import io.waybill.format.v1.CheckpointId;
import io.waybill.format.v1.IdBlock;
import io.waybill.format.v1.MessageIdRow;
import io.waybill.pipeline.Deduplicate;
import io.waybill.store.LocalStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DuplicateStoreTest {

    private static final Uuid TOPIC = new Uuid(1, 2);
    private static final Duration WINDOW = Duration.ofMinutes(10);
    private static final long WINDOW_MS = WINDOW.toMillis();
    private static final long NOW = 1_760_000_000_000L;
    private static final int IN_MEMORY = 100;
    private static final int FAN_OUT = 3;
    private static final Deduplicate CHOICE =
            Deduplicate.byMessageId().within(WINDOW).keyLocal();

    private final Task task = new Task();

    /** Where an id can be when its resend arrives. */
    enum Place {
        OPEN_CHECKPOINT,
        MEMORY,
        LOCAL_STORE,
        MERGED_IN_LOCAL_STORE,
        RESTORED_FROM_THE_LOG
    }

    private void bringTo(Place place) {
        switch (place) {
            case OPEN_CHECKPOINT -> {}
            case MEMORY -> task.checkpoint(NOW);
            case LOCAL_STORE -> {
                task.checkpoint(NOW);
                task.fillMemory(NOW);
            }
            case MERGED_IN_LOCAL_STORE -> {
                task.checkpoint(NOW);
                task.merge(NOW);
            }
            case RESTORED_FROM_THE_LOG -> {
                task.checkpoint(NOW);
                task.loseStore();
                task.restart(NOW);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_resend_is_a_duplicate_of_the_first_and_names_where_that_is(Place place) {
        task.pass("m", 1, NOW);
        bringTo(place);

        assertThat(task.sees("m", 2, 1, NOW)).isEqualTo(new Verdict.Duplicate(flow(1), "in", 3, 1));
    }

    @ParameterizedTest
    @EnumSource
    void the_same_id_with_another_payload_is_a_conflict_and_leaves_the_first_in_place(Place place) {
        task.pass("m", 1, NOW);
        bringTo(place);

        assertThat(task.sees("m", 2, 2, NOW)).isEqualTo(new Verdict.Conflict(flow(1), "in", 3, 1));
        assertThat(task.sees("m", 3, 1, NOW)).isInstanceOf(Verdict.Duplicate.class);
    }

    @ParameterizedTest
    @EnumSource
    void an_id_whose_flow_is_not_terminal_is_never_forgotten(Place place) {
        task.accept("m", 1, NOW);
        bringTo(place);
        long muchLater = NOW + 1_000 * WINDOW_MS;

        assertThat(task.sees("m", 2, 1, muchLater)).isInstanceOf(Verdict.Duplicate.class);
        task.checkpoint(muchLater);
        task.loseStore();
        task.restart(muchLater);
        assertThat(task.sees("m", 3, 1, muchLater)).isInstanceOf(Verdict.Duplicate.class);
    }

    @ParameterizedTest
    @EnumSource
    void the_window_begins_with_the_end_of_the_flow_and_counts_in_log_time(Place place) {
        task.accept("m", 1, NOW);
        task.checkpoint(NOW);
        task.filter.release(task.state, "m", flow(1), NOW + 5);
        bringTo(place);

        assertThat(task.sees("m", 2, 1, NOW + 5 + WINDOW_MS)).isInstanceOf(Verdict.Duplicate.class);
        assertThat(task.sees("m", 3, 1, NOW + 6 + WINDOW_MS)).isInstanceOf(Verdict.First.class);
    }

    @ParameterizedTest
    @EnumSource
    void an_id_that_was_accepted_anew_outlives_its_old_window(Place place) {
        task.pass("m", 1, NOW);
        bringTo(place);
        long later = NOW + WINDOW_MS + 1;

        assertThat(task.sees("m", 2, 1, later)).isInstanceOf(Verdict.First.class);
        task.checkpoint(later);
        task.merge(later);

        assertThat(task.sees("m", 3, 1, later)).isEqualTo(new Verdict.Duplicate(flow(2), "in", 3, 2));
        task.loseStore();
        task.restart(later);
        assertThat(task.sees("m", 4, 1, later)).isEqualTo(new Verdict.Duplicate(flow(2), "in", 3, 2));
    }

    @Test
    void the_first_sighting_is_accepted_and_its_own_repetition_too() {
        assertThat(task.sees("m", 1, 1, NOW)).isInstanceOf(Verdict.First.class);
        assertThat(task.sees("m", 1, 1, NOW)).isInstanceOf(Verdict.First.class);
    }

    @Test
    void an_id_that_is_released_in_the_checkpoint_that_fills_the_memory_survives_the_end_of_its_pin() {
        task.accept("m", 1, NOW);
        task.checkpoint(NOW);

        task.filter.release(task.state, "m", flow(1), NOW);
        task.fillMemory(NOW);

        assertThat(task.store.rows("id")).isZero();
        assertThat(task.store.files().names()).hasSize(1);
        assertThat(task.sees("m", 2, 1, NOW)).isInstanceOf(Verdict.Duplicate.class);
    }

    @Test
    void only_the_holder_starts_the_window() {
        task.accept("m", 1, NOW);

        task.filter.release(task.state, "m", flow(2), NOW);

        assertThat(task.sees("m", 3, 1, NOW + 2 * WINDOW_MS)).isInstanceOf(Verdict.Duplicate.class);
    }

    @Test
    void the_changelog_holds_what_is_pinned_and_nothing_that_is_released() {
        task.pass("released", 1, NOW);
        task.accept("pinned", 2, NOW);
        task.checkpoint(NOW);

        assertThat(task.changelog).containsOnlyKeys("id/pinned");

        task.filter.release(task.state, "pinned", flow(2), NOW);
        task.checkpoint(NOW);

        assertThat(task.changelog.keySet()).noneMatch(key -> key.startsWith("id/"));
    }

    @Test
    void a_pinned_id_is_a_row_of_the_changelog_that_every_later_version_must_find() {
        task.accept("m", 7, NOW);
        task.checkpoint(NOW);

        MessageIdRow row = LogFormats.decode(MessageIdRow.parser(), task.changelog("id/m"), "row");

        assertThat(row.getFirstOffset()).isEqualTo(7);
        assertThat(row.getExpiresLogTimeMs()).isZero();
    }

    @Test
    void the_filter_says_only_what_the_files_cover() {
        task.store.files().sealsLater = true;
        task.pass("m", 1, NOW);
        task.fillMemory(NOW);
        assertThat(task.sees("m", 2, 1, NOW)).isInstanceOf(Verdict.Duplicate.class);
        assertThat(task.open().coveredUpTo()).isZero();

        task.store.files().seal();
        int filled = task.blocks.size();
        task.passAnother(NOW);
        task.checkpoint(NOW);
        assertThat(task.open().coveredUpTo()).isEqualTo(filled);
    }

    @Test
    void the_last_block_that_the_files_cover_is_known_again_and_another_ones_is_not() {
        task.pass("m", 1, NOW);
        task.fillMemory(NOW);
        DuplicateFilter opened = task.open();
        byte[] last = task.blocks.get((int) opened.coveredUpTo() - 1);
        byte[] others = LogFormats.encode(IdBlock.newBuilder()
                .setCheckpoint(CheckpointId.newBuilder().setSequence(77))
                .build());

        assertThat(opened.endsWith(last, "ids-3@0")).isTrue();
        assertThat(opened.endsWith(others, "ids-3@0")).isFalse();
    }

    @Test
    void blocks_whose_windows_are_over_can_be_deleted_and_no_others() {
        task.pass("early", 1, NOW);
        task.checkpoint(NOW);
        task.pass("late", 2, NOW + WINDOW_MS / 2);
        task.checkpoint(NOW + WINDOW_MS / 2);
        assertThat(task.filter.deletable()).isNull();

        task.pass("now", 3, NOW + WINDOW_MS + 1);
        task.checkpoint(NOW + WINDOW_MS + 1);

        assertThat(task.filter.deletable()).isEqualTo(1L);
        assertThat(task.filter.deletable()).isNull();
    }

    @Test
    void blocks_can_still_be_deleted_after_a_restart() {
        task.pass("early", 1, NOW);
        task.checkpoint(NOW);
        task.pass("late", 2, NOW + WINDOW_MS / 2);
        task.checkpoint(NOW + WINDOW_MS / 2);
        task.loseStore();
        task.restart(NOW + WINDOW_MS / 2);

        task.pass("now", 3, NOW + WINDOW_MS + 1);
        task.checkpoint(NOW + WINDOW_MS + 1);

        assertThat(task.filter.deletable()).isEqualTo(1L);
    }

    @Test
    void what_is_over_leaves_the_store() {
        task.pass("m", 1, NOW);
        task.merge(NOW);
        long before = task.store.files().bytes();

        long later = NOW + 2 * WINDOW_MS;
        task.fillMemory(later);
        task.fillMemory(later);

        assertThat(task.store.files().names()).hasSize(2);
        assertThat(task.store.files().bytes()).isLessThan(before / 2);
        assertThat(task.store.rows(IdMarks.MARKS)).isLessThanOrEqualTo(1);
    }

    @Test
    void a_large_checkpoint_becomes_several_blocks_that_all_come_back() {
        for (int i = 0; i < 12_000; i++) {
            task.pass("m" + i, i, NOW);
        }
        task.checkpoint(NOW);
        assertThat(task.blocks).hasSize(3);
        task.restart(NOW);

        for (int i = 0; i < 12_000; i++) {
            assertThat(task.sees("m" + i, 20_000, 1, NOW)).isInstanceOf(Verdict.Duplicate.class);
        }
    }

    @Test
    void a_block_whose_columns_differ_in_length_is_refused_with_its_name() {
        byte[] torn = LogFormats.encode(IdBlock.newBuilder().addMessageIds("m").build());

        assertThatThrownBy(() -> task.filter.restored(torn, "waybill.p.s.ids-3@17", 18, NOW))
                .isInstanceOf(UnreadableLogException.class)
                .hasMessageContaining("waybill.p.s.ids-3@17");
    }

    private static TrackingId flow(long offset) {
        return TrackingId.of(TOPIC, 3, offset, NOW);
    }

    /** A task's filter with its two logs and its store, as the engine drives them. */
    private static final class Task {

        private static final CheckpointId CHECKPOINT =
                CheckpointId.newBuilder().setSequence(1).build();

        private final List<byte[]> blocks = new ArrayList<>();
        private final Map<String, byte[]> changelog = new TreeMap<>();
        private final List<LocalStore.Change> allChanges = new ArrayList<>();
        private Fakes.Store store = new Fakes.Store();
        private Fakes.State state = new Fakes.State(store);
        private DuplicateFilter filter = open();
        private int filled;

        private DuplicateFilter open() {
            return DuplicateStore.withMemoryFor(IN_MEMORY, FAN_OUT).open(CHOICE, store, TOPIC);
        }

        Verdict sees(String id, long offset, int payload, long logTime) {
            byte[] hash = new byte[32];
            Arrays.fill(hash, (byte) payload);
            return filter.accept(state, new Sighting(id, hash, flow(offset), "in", 3, offset, logTime));
        }

        void accept(String id, long offset, long logTime) {
            assertThat(sees(id, offset, 1, logTime)).isInstanceOf(Verdict.First.class);
        }

        /** Accepts it and ends its flow at once. */
        void pass(String id, long offset, long logTime) {
            accept(id, offset, logTime);
            filter.release(state, id, flow(offset), logTime);
        }

        void checkpoint(long logTime) {
            List<byte[]> written = filter.drain(state.take("id"), state, CHECKPOINT, logTime);
            List<LocalStore.Change> changes = state.takeAll();
            for (LocalStore.Change change : changes) {
                String key = change.column() + "/" + new String(change.key(), StandardCharsets.UTF_8);
                byte[] value = change.value();
                if (value == null) {
                    changelog.remove(key);
                } else {
                    changelog.put(key, value);
                }
            }
            allChanges.addAll(changes);
            blocks.addAll(written);
            if (written.isEmpty()) {
                store.apply(changes, Map.of());
            } else {
                filter.committed(blocks.size(), logTime);
                store.apply(changes, Map.of());
            }
        }

        byte[] changelog(String key) {
            return Objects.requireNonNull(changelog.get(key));
        }

        /** Passes other messages until the memory has to make room. */
        void fillMemory(long logTime) {
            for (int i = 0; i < IN_MEMORY; i++) {
                passAnother(logTime);
            }
            checkpoint(logTime);
        }

        void passAnother(long logTime) {
            filled++;
            pass("other-" + filled, 1_000 + filled, logTime);
        }

        /** Until what is in memory now has become part of a larger run. */
        void merge(long logTime) {
            for (int i = 0; i < 3 * FAN_OUT; i++) {
                fillMemory(logTime);
            }
        }

        void loseStore() {
            store = new Fakes.Store();
            store.apply(allChanges, Map.of());
        }

        void restart(long logTime) {
            state = new Fakes.State(store);
            filter = open();
            for (int offset = (int) filter.coveredUpTo(); offset < blocks.size(); offset++) {
                filter.restored(blocks.get(offset), "ids-3@" + offset, offset + 1, logTime);
            }
        }
    }
}
