package io.waybill.starter.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waybill.engine.InvalidOptionException;
import io.waybill.engine.Probe;
import io.waybill.engine.RestoreProgress;
import io.waybill.store.LocalFile;
import io.waybill.store.LocalStore;
import io.waybill.store.LocalStores.TaskId;
import io.waybill.store.rocksdb.RocksDbOptions;
import io.waybill.store.rocksdb.RocksDbStores;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

class StateMetricsTest {

    private static final TaskId TASK = new TaskId("orders", "source", 3);
    private static final String PIPELINE = "pipeline";

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void says_what_open_stores_take_and_nothing_of_closed_ones(@TempDir Path folder) {
        long budget = DataSize.ofMegabytes(32).toBytes();
        try (RocksDbStores stores = new RocksDbStores(RocksDbOptions.in(folder).withMemoryBytes(budget))) {
            new StateMetrics(stores, List.of("orders", "others")).bindTo(registry);
            assertThat(gauge("waybill.state.memory.budget")).isEqualTo((double) budget);
            try (LocalStore store = stores.open(TASK)) {
                store.apply(List.of(new LocalStore.Change("c", new byte[1], new byte[100_000])), Map.of());
                assertThat(gauge("waybill.state.stores", "orders")).isEqualTo(1);
                assertThat(gauge("waybill.state.stores", "others")).isZero();
                try (LocalFile file = store.files().create("ids")) {
                    file.append(new byte[7], 0, 7);
                    assertThat(gauge("waybill.state.files", "orders")).isEqualTo(7);
                }
                assertThat(gauge("waybill.state.memtables", "orders")).isGreaterThan(100_000);
                assertThat(gauge("waybill.state.memory.used")).isGreaterThan(100_000);
            }
            assertThat(gauge("waybill.state.stores", "orders")).isZero();
            try (LocalStore store = stores.open(TASK)) {
                assertThat(store.get("c", new byte[1])).hasSize(100_000);
                assertThat(gauge("waybill.state.sst", "orders")).isGreaterThan(100);
            }
        }
    }

    @Test
    void counts_what_was_restored_and_says_what_remains() {
        RestoreMetrics metrics = new RestoreMetrics(Probe.NONE, registry, List.of("orders"));
        metrics.restored(TASK, new RestoreProgress(10, 1_000, 90, Duration.ofSeconds(1)));
        metrics.restored(TASK, new RestoreProgress(30, 3_000, 70, Duration.ofSeconds(2)));
        assertThat(gauge("waybill.restore.remaining", "orders")).isEqualTo(70);
        metrics.restored(TASK, new RestoreProgress(30, 3_000, 0, Duration.ofSeconds(2)));

        assertThat(gauge("waybill.restore.remaining", "orders")).isZero();
        assertThat(registry.get("waybill.restore.records").counter().count()).isEqualTo(30);
        assertThat(registry.get("waybill.restore.bytes").counter().count()).isEqualTo(3_000);
    }

    @Test
    void refuses_a_budget_out_of_its_bounds_by_the_propertys_name() {
        assertThatThrownBy(() -> new StateProperties(DataSize.ofMegabytes(1)))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("waybill.state.memory");
    }

    private double gauge(String name) {
        return registry.get(name).gauge().value();
    }

    private double gauge(String name, String pipeline) {
        return registry.get(name).tag(PIPELINE, pipeline).gauge().value();
    }
}
