package io.waybill.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.store.LocalStore;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RowsAheadTest {

    private static final String STATE = "operator/state";

    private final TreeStore store = new TreeStore();
    private final RowsAhead rows = new RowsAhead(store);

    @Test
    void reads_many_at_once_and_answers_from_memory() {
        write(STATE, "a", "1");

        rows.readAhead(STATE, keys("a", "b"));

        assertThat(text(rows.get(STATE, bytes("a")))).isEqualTo("1");
        assertThat(rows.get(STATE, bytes("b"))).isNull();
        assertThat(store.multiGets).isOne();
        assertThat(store.gets).isZero();
    }

    @Test
    void knows_what_is_written_to_a_column_it_reads_ahead() {
        rows.readAhead(STATE, keys("a"));

        write(STATE, "a", "1");
        write(STATE, "b", "2");
        rows.readAhead(STATE, keys("a", "b"));

        assertThat(text(rows.get(STATE, bytes("a")))).isEqualTo("1");
        assertThat(text(rows.get(STATE, bytes("b")))).isEqualTo("2");
        assertThat(store.multiGets).isOne();
    }

    @Test
    void asks_nothing_of_a_column_without_rows_until_one_is_written() {
        assertThat(rows.isEmpty(STATE)).isTrue();

        rows.readAhead(STATE, keys("a"));
        assertThat(rows.get(STATE, bytes("a"))).isNull();
        assertThat(store.multiGets + store.gets).isZero();

        write(STATE, "a", "1");
        assertThat(rows.isEmpty(STATE)).isFalse();
        assertThat(text(rows.get(STATE, bytes("a")))).isEqualTo("1");
    }

    @Test
    void finds_rows_that_were_there_before() {
        store.apply(List.of(new LocalStore.Change(STATE, bytes("a"), bytes("1"))), Map.of());

        assertThat(text(rows.get(STATE, bytes("a")))).isEqualTo("1");
    }

    @Test
    void forgets_ids_with_the_next_write() {
        write(DuplicateFilter.IDS, "m0", "row");
        rows.readAhead(DuplicateFilter.IDS, keys("m1"));

        write(DuplicateFilter.IDS, "m1", "row");

        assertThat(text(rows.get(DuplicateFilter.IDS, bytes("m1")))).isEqualTo("row");
        assertThat(store.gets).isOne();
    }

    @Test
    void begins_anew_when_it_is_full() {
        Set<RowKey> many = new HashSet<>();
        for (int i = 0; i <= RowsAhead.MOST_ROWS; i++) {
            many.add(new RowKey(bytes("k" + i)));
        }
        write(STATE, "other", "1");
        rows.readAhead(STATE, keys("a"));

        rows.readAhead(STATE, many);

        rows.get(STATE, bytes("a"));
        rows.get(STATE, bytes("k7"));
        assertThat(store.gets).isEqualTo(2);
    }

    @Test
    void does_not_read_ahead_again_where_rows_are_large() {
        write(STATE, "a", "x".repeat(RowsAhead.MOST_BYTES));
        rows.readAhead(STATE, keys("a"));

        rows.readAhead(STATE, keys("a", "b"));

        assertThat(store.multiGets).isOne();
        assertThat(rows.get(STATE, bytes("a"))).hasSize(RowsAhead.MOST_BYTES);
    }

    private void write(String column, String key, String value) {
        rows.apply(new ArrayList<>(List.of(new LocalStore.Change(column, bytes(key), bytes(value)))), Map.of());
    }

    private static Set<RowKey> keys(String... keys) {
        Set<RowKey> all = new HashSet<>();
        for (String key : keys) {
            all.add(new RowKey(bytes(key)));
        }
        return all;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static @Nullable String text(byte @Nullable [] bytes) {
        return bytes == null ? null : new String(bytes, UTF_8);
    }
}
