package io.waybill.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.store.LocalStore;
import io.waybill.store.LocalStores;
import io.waybill.store.LocalStores.TaskId;
import io.waybill.store.StorePosition;
import io.waybill.store.rocksdb.RocksDbOptions;
import io.waybill.store.rocksdb.RocksDbStores;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;

/** RocksDB keeps the stores' contract. */
class RocksDbStoresContractTest extends LocalStoreContract {

    private static final TaskId TASK = new TaskId("pipeline", "stage", 0);

    @TempDir
    private Path folder = Path.of("");

    @Override
    protected LocalStores stores() {
        return new RocksDbStores(RocksDbOptions.in(folder));
    }

    /** What a machine that loses its power finds: the files as they were, without a last flush. */
    @Test
    void holdsAPrefixOfTheBatchesAfterACrash(@TempDir Path crashed) throws IOException {
        try (LocalStores stores = stores()) {
            try (LocalStore closed = stores.open(TASK)) {
                apply(closed, 1);
            }
            try (LocalStore open = stores.open(TASK)) {
                apply(open, 2);
                apply(open, 3);
                FileSystemUtils.copyRecursively(folder, crashed);
            }
        }
        try (LocalStores stores = new RocksDbStores(RocksDbOptions.in(crashed));
                LocalStore found = stores.open(TASK)) {
            StorePosition position = Objects.requireNonNull(found.positions().get("log"));
            assertThat(position.nextOffset()).isBetween(1L, 3L);
            assertThat(found.scan("c", new byte[0], 10)).hasSize((int) position.nextOffset());
            assertThat(found.scan("d", new byte[0], 10)).hasSize((int) position.nextOffset());
        }
    }

    /** Each batch moves the position by one and writes a row of its number into both columns. */
    private static void apply(LocalStore store, int number) {
        byte[] row = {(byte) number};
        store.apply(
                List.of(new LocalStore.Change("c", row, row), new LocalStore.Change("d", row, row)),
                Map.of("log", new StorePosition(Uuid.ONE_UUID, 0, number)));
    }
}
