package io.waybill.dedup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.engine.DuplicateFilter.Sighting;
import io.waybill.format.TrackingId;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdRunsTest {

    private static final Uuid TOPIC = new Uuid(1, 2);
    private static final long WINDOW_MS = 8_000;
    private static final long NOW = 1_760_000_000_000L;
    private static final int FAN_OUT = 3;

    private final Fakes.Folder files = new Fakes.Folder();
    private IdRuns runs = open();
    private long end;

    private IdRuns open() {
        return new IdRuns(files, TOPIC, FAN_OUT, WINDOW_MS);
    }

    /** Against a map. What a crash took away is written again, as it is restored from the ids topic. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void every_id_is_found_until_it_is_over_whatever_was_merged_dropped_lost_or_interrupted(long seed) {
        Random random = new Random(seed);
        files.sealsLater = true;
        Map<String, Long> expiries = new HashMap<>();
        Map<Long, Map<String, Long>> topic = new HashMap<>();
        long now = NOW;
        for (int round = 0; round < 400; round++) {
            now += random.nextInt(200);
            topic.put(end, newIds(random, expiries, now));
            write(topic, now);
            runs.keepUp(random.nextInt(200), now);
            if (random.nextInt(3) == 0) {
                files.seal();
            }
            if (random.nextInt(10) == 0) {
                files.crash();
                runs = open();
                end = runs.coveredUpTo();
                while (topic.containsKey(end)) {
                    write(topic, now);
                }
            }
            if (round % 10 == 0) {
                assertThatEveryIdIsKnown(expiries, now);
            }
        }
        assertThatEveryIdIsKnown(expiries, now);
    }

    private static Map<String, Long> newIds(Random random, Map<String, Long> expiries, long now) {
        Map<String, Long> ids = new HashMap<>();
        for (int i = random.nextInt(60); i >= 0; i--) {
            String id = Integer.toString(random.nextInt(4_000), 36) + "-".repeat(random.nextInt(3) * 40);
            if (expiries.getOrDefault(id, 0L) < now) {
                long expires = now + WINDOW_MS - random.nextInt(3) * (WINDOW_MS / 2);
                ids.put(id, expires);
                expiries.put(id, expires);
            }
        }
        return ids;
    }

    private void write(Map<Long, Map<String, Long>> topic, long now) {
        RecentIds recent = new RecentIds(1_000);
        topic.getOrDefault(end, Map.of()).forEach((id, expires) -> recent.put(id.getBytes(UTF_8), row(0, expires)));
        runs.add(recent, ++end, end, now);
    }

    private void assertThatEveryIdIsKnown(Map<String, Long> expiries, long now) {
        expiries.forEach((id, expires) -> {
            byte[] row = find(id, now);
            Long found = row == null ? null : IdRow.expires(row);
            assertThat(found).as(id).isEqualTo(expires < now ? null : expires);
        });
        assertThat(find("never seen", now)).isNull();
    }

    @Test
    void many_runs_become_few_and_hold_each_id_once() {
        for (int run = 0; run < 81; run++) {
            add(run, 40, NOW + WINDOW_MS);
        }

        for (int i = 0; i < 500; i++) {
            runs.keepUp(1_000, NOW);
        }

        assertThat(files.names()).containsExactly("ids-0-81-4");
        // Each of the 81 x 40 ids has an entry of 58 to 60 bytes and two bytes of the filter.
        assertThat(files.bytes()).isBetween(81 * 40 * 59L, 81 * 40 * 64L);
    }

    @Test
    void runs_that_together_span_too_much_of_the_window_stay_apart() {
        for (int run = 0; run < 12; run++) {
            add(run, 10, NOW + run * WINDOW_MS / 8);
            runs.keepUp(1_000, NOW);
        }

        assertThat(files.names()).hasSize(12);
    }

    @Test
    void a_run_that_is_over_is_removed_but_for_the_newest_which_says_how_far_the_files_reach() {
        add(0, 200, NOW);
        add(1, 200, NOW + 5);
        add(2, 200, NOW + 5);

        runs.keepUp(0, NOW + 1);
        assertThat(files.names()).containsExactly("ids-1-2-0", "ids-2-3-0");

        runs.keepUp(0, NOW + 6);
        assertThat(files.names()).containsExactly("ids-2-3-0");
        assertThat(open().coveredUpTo()).isEqualTo(3);
    }

    @Test
    void what_is_merged_stays_until_the_larger_run_is_sealed() {
        for (int run = 0; run < FAN_OUT; run++) {
            add(run, 20, NOW + WINDOW_MS);
        }
        files.sealsLater = true;
        runs.keepUp(500, NOW);
        assertThat(files.names()).hasSize(FAN_OUT);

        files.seal();
        assertThat(files.names()).hasSize(FAN_OUT + 1);
        assertThat(find("id-0-7", NOW)).isNotNull();

        runs.keepUp(0, NOW);
        assertThat(files.names()).containsExactly("ids-0-3-1");
    }

    @Test
    void of_runs_that_cover_the_same_the_larger_one_is_kept_after_a_crash() {
        for (int run = 0; run < FAN_OUT; run++) {
            add(run, 20, NOW + WINDOW_MS);
        }
        runs.keepUp(500, NOW);
        assertThat(files.names()).hasSize(FAN_OUT + 1);

        runs = open();

        assertThat(files.names()).containsExactly("ids-0-3-1");
        assertThat(find("id-0-7", NOW)).isNotNull();
    }

    @Test
    void a_merge_that_a_crash_interrupts_begins_anew() {
        for (int run = 0; run < FAN_OUT; run++) {
            add(run, 2_000, NOW + WINDOW_MS);
        }
        runs.keepUp(500, NOW);
        files.crash();

        runs = open();
        for (int i = 0; i < 100; i++) {
            runs.keepUp(500, NOW);
        }

        assertThat(files.names()).containsExactly("ids-0-3-1");
        for (int run = 0; run < FAN_OUT; run++) {
            for (int i = 0; i < 2_000; i++) {
                assertThat(find("id-" + run + "-" + i, NOW)).isNotNull();
            }
        }
    }

    @Test
    void the_files_say_which_checkpoint_they_end_with_also_when_they_were_merged() {
        assertThat(open().endWith(99)).isTrue();
        for (int run = 0; run < FAN_OUT; run++) {
            add(run, 20, NOW + WINDOW_MS);
        }
        assertThat(open().endWith(end)).isTrue();
        assertThat(open().endWith(end - 1)).isFalse();

        runs.keepUp(500, NOW);
        runs.keepUp(0, NOW);

        assertThat(files.names()).hasSize(1);
        assertThat(open().endWith(end)).isTrue();
        assertThat(open().endWith(end - 1)).isFalse();
    }

    @Test
    void an_index_of_many_pages_is_written_in_parts_while_ids_come() {
        for (int run = 0; run < FAN_OUT; run++) {
            add(run, 200_000, NOW + WINDOW_MS);
        }
        int steps = 0;
        while (files.names().size() != 1) {
            runs.keepUp(150_000, NOW);
            steps++;
        }

        // All ids and a megabyte of the index; the rest of it; the removal of what was merged.
        assertThat(steps).isEqualTo(3);
        runs = open();
        for (int i = 0; i < 200_000; i += 7) {
            assertThat(find("id-1-" + i, NOW)).isNotNull();
        }
    }

    @Test
    void what_was_written_for_another_topic_is_forgotten() {
        add(0, 10, NOW + WINDOW_MS);

        runs = new IdRuns(files, Uuid.ONE_UUID, FAN_OUT, WINDOW_MS);

        assertThat(runs.coveredUpTo()).isZero();
        assertThat(files.names()).isEmpty();
    }

    @Test
    void a_damaged_page_ends_this_life_and_all_ids_are_restored_in_the_next() {
        add(0, 10, NOW + WINDOW_MS);
        add(1, 10, NOW + WINDOW_MS);
        files.damage("ids-0-1-0", 40);
        runs = open();
        assertThat(find("id-1-3", NOW)).isNotNull();

        assertThatThrownBy(() -> find("id-0-3", NOW))
                .isInstanceOf(DamagedRunException.class)
                .hasMessageContaining("page 0 of file ids-0-1-0 of message ids");

        assertThat(open().coveredUpTo()).isZero();
    }

    @Test
    void a_damaged_page_that_is_merged_does_the_same() {
        for (int run = 0; run < FAN_OUT; run++) {
            add(run, 20, NOW + WINDOW_MS);
        }
        files.damage("ids-1-2-0", 40);

        assertThatThrownBy(() -> runs.keepUp(500, NOW)).isInstanceOf(DamagedRunException.class);

        assertThat(open().coveredUpTo()).isZero();
    }

    /** Version, index, the ids that the filter is for, checksum. */
    @ParameterizedTest
    @ValueSource(ints = {-IdRun.TRAILER_BYTES, -IdRun.TRAILER_BYTES - 9, -28, -1})
    void ids_are_restored_where_the_tail_of_a_file_is_damaged_or_of_another_version(int at) {
        add(0, 10, NOW + WINDOW_MS);
        add(1, 10, NOW + WINDOW_MS);
        files.damage("ids-1-2-0", at);

        assertThat(open().coveredUpTo()).isZero();
        assertThat(files.names()).isEmpty();
    }

    private void add(int name, int ids, long expires) {
        RecentIds recent = new RecentIds(ids);
        for (int i = 0; i < ids; i++) {
            recent.put(("id-" + name + "-" + i).getBytes(UTF_8), row(i, expires));
        }
        runs.add(recent, ++end, end, NOW);
    }

    private byte @Nullable [] find(String id, long now) {
        byte[] bytes = id.getBytes(UTF_8);
        return runs.find(bytes, IdEntries.hash(bytes), now);
    }

    private static byte[] row(long offset, long expires) {
        TrackingId flow = TrackingId.of(Uuid.ONE_UUID, 3, offset, NOW);
        return IdRow.released(
                IdRow.accepted(new Sighting("", new byte[32], flow, "in", 3, offset, NOW), false), expires);
    }
}
