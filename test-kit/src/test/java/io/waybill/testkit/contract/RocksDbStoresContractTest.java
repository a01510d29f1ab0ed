package io.waybill.testkit.contract;

import io.waybill.store.LocalStores;
import io.waybill.store.rocksdb.RocksDbOptions;
import io.waybill.store.rocksdb.RocksDbStores;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** RocksDB keeps the stores' contract. */
class RocksDbStoresContractTest extends LocalStoreContract {

    @TempDir
    private Path folder = Path.of("");

    @Override
    protected LocalStores stores() {
        return new RocksDbStores(RocksDbOptions.in(folder));
    }
}
