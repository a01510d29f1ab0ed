package io.waybill.store.rocksdb;

import io.waybill.store.LocalStore;
import io.waybill.store.LocalStore.Change;
import io.waybill.store.LocalStores.TaskId;
import io.waybill.store.StorePosition;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.apache.kafka.common.Uuid;

/** Writes batches to two columns, more than its memory holds, and dies without closing anything. */
final class DyingWriter {

    static final TaskId TASK = new TaskId("dying", "main", 0);
    static final String CHANGELOG = "changelog";
    static final int BATCHES = 2_000;
    static final int DEATH = 9;

    private static final int VALUE_BYTES = 2_000;

    private DyingWriter() {}

    public static void main(String[] arguments) {
        RocksDbStores stores = new RocksDbStores(options(Path.of(arguments[0])));
        LocalStore store = stores.open(TASK);
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
        for (int batch = 0; batch < BATCHES; batch++) {
            byte[] value = new byte[VALUE_BYTES];
            random.nextBytes(value);
            store.apply(
                    List.of(new Change("left", key(batch), value), new Change("right", key(batch), value)),
                    Map.of(CHANGELOG, new StorePosition(Uuid.ONE_UUID, 0, batch + 1)));
        }
        Runtime.getRuntime().halt(DEATH);
    }

    static RocksDbOptions options(Path folder) {
        return new RocksDbOptions(folder, 1024 * 1024);
    }

    static byte[] key(int batch) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(batch).array();
    }
}
