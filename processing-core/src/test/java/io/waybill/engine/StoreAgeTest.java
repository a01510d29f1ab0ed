package io.waybill.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.store.LocalStore;
import io.waybill.store.LocalStores.TaskId;
import io.waybill.store.rocksdb.RocksDbOptions;
import io.waybill.store.rocksdb.RocksDbStores;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreAgeTest {

    private static final Duration TOMBSTONES = Duration.ofDays(60);
    private static final Instant WRITTEN = Instant.parse("2026-11-26T12:00:00Z");

    @TempDir
    Path folder;

    private RocksDbStores stores;
    private LocalStore store;

    @BeforeEach
    void open() {
        stores = new RocksDbStores(RocksDbOptions.in(folder));
        store = stores.open(new TaskId("pipeline", "stage", 0));
    }

    @AfterEach
    void close() {
        store.close();
        stores.close();
    }

    @Test
    void trusts_half_of_the_time_that_tombstones_are_kept() {
        store.apply(StoreAge.stamped(List.of(), WRITTEN), Map.of());

        assertThat(isTooOldAfter(Duration.ofDays(30))).isFalse();
        assertThat(isTooOldAfter(Duration.ofDays(30).plusMillis(1))).isTrue();
    }

    @Test
    void counts_from_the_last_batch() {
        store.apply(StoreAge.stamped(List.of(), WRITTEN.minus(Duration.ofDays(40))), Map.of());
        store.apply(StoreAge.stamped(List.of(), WRITTEN), Map.of());

        assertThat(isTooOldAfter(Duration.ofDays(20))).isFalse();
    }

    @Test
    void takes_an_empty_store_as_it_is() {
        assertThat(isTooOldAfter(Duration.ofDays(400))).isFalse();
    }

    @Test
    void leaves_the_marker_beside_it_alone() {
        store.apply(StoreAge.stamped(List.of(), WRITTEN), Map.of());

        assertThat(Rows.marker(StateLayer.over(store))).isNull();
    }

    private boolean isTooOldAfter(Duration away) {
        return StoreAge.isTooOld(store, TOMBSTONES, WRITTEN.plus(away));
    }
}
