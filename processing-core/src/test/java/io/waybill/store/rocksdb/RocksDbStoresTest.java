package io.waybill.store.rocksdb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.store.LocalFile;
import io.waybill.store.LocalStore;
import io.waybill.store.LocalStore.Change;
import io.waybill.store.LocalStoreException;
import io.waybill.store.LocalStores.TaskId;
import io.waybill.store.StorePosition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;

class RocksDbStoresTest {

    private static final TaskId TASK = new TaskId("payment-files", "main", 3);
    private static final StorePosition POSITION = new StorePosition(Uuid.randomUuid(), 7, 4_711);

    @TempDir
    Path folder;

    private RocksDbStores stores;

    @BeforeEach
    void open() {
        stores = new RocksDbStores(RocksDbOptions.in(folder).withMemoryBytes(8L * 1024 * 1024));
    }

    @AfterEach
    void close() {
        stores.close();
    }

    @Test
    void everyColumnAndThePositionsAreThereAfterAReopen() {
        try (LocalStore store = stores.open(TASK)) {
            store.apply(
                    List.of(put("default", "a", "1"), put("ids", "b", "2"), put("ids", "c", "3")),
                    Map.of("changelog", POSITION));
            store.apply(List.of(delete("ids", "c")), Map.of("ids", POSITION));
        }
        try (LocalStore store = stores.open(TASK)) {
            assertThat(store.get("default", bytes("a"))).isEqualTo(bytes("1"));
            assertThat(store.multiGet("ids", List.of(bytes("c"), bytes("b")))).containsExactly(null, bytes("2"));
            assertThat(store.positions()).isEqualTo(Map.of("changelog", POSITION, "ids", POSITION));
        }
    }

    @Test
    void keysAreScannedInUnsignedByteOrder() {
        byte[] low = {0x01};
        byte[] high = {(byte) 0x80};
        byte[] highest = {(byte) 0xFF};
        try (LocalStore store = stores.open(TASK)) {
            store.apply(
                    List.of(
                            new Change("c", highest, new byte[0]),
                            new Change("c", low, new byte[0]),
                            new Change("c", high, new byte[0])),
                    Map.of());

            assertThat(store.scan("c", new byte[0], 10))
                    .extracting(LocalStore.Entry::key)
                    .containsExactly(low, high, highest);
            assertThat(store.scan("c", high, 1))
                    .extracting(LocalStore.Entry::key)
                    .containsExactly(high);
        }
    }

    @Test
    void aColumnThatWasNeverWrittenIsEmpty() {
        try (LocalStore store = stores.open(TASK)) {
            assertThat(store.get("none", bytes("a"))).isNull();
            assertThat(store.multiGet("none", List.of(bytes("a"), bytes("b")))).containsExactly(null, null);
            assertThat(store.scan("none", new byte[0], 10)).isEmpty();
            assertThat(store.positions()).isEmpty();
        }
    }

    @Test
    void aStoreIsLockedWhileItIsOpen() {
        try (LocalStore store = stores.open(TASK);
                RocksDbStores others = new RocksDbStores(RocksDbOptions.in(folder))) {
            assertThat(store.positions()).isEmpty();
            assertThatThrownBy(() -> stores.open(TASK)).isInstanceOf(LocalStoreException.class);
            assertThatThrownBy(() -> others.open(TASK))
                    .isInstanceOf(LocalStoreException.class)
                    .hasMessageStartingWith("LOCAL_STORE_NOT_OPENED")
                    .hasMessageContaining("payment-files/main/3");
            assertThatThrownBy(() -> others.wipe(TASK)).isInstanceOf(LocalStoreException.class);
            assertThatIllegalStateException().isThrownBy(stores::close).withMessageContaining("payment-files/main/3");
        }
    }

    @Test
    void aWipeRemovesTheFolderOfItsTaskAlone() {
        TaskId sibling = new TaskId("payment-files", "main", 4);
        for (TaskId task : List.of(TASK, sibling)) {
            try (LocalStore store = stores.open(task)) {
                store.apply(List.of(put("c", "a", "1")), Map.of("changelog", POSITION));
            }
        }
        stores.wipe(TASK);
        stores.wipe(new TaskId("never", "opened", 0));

        assertThat(folder.resolve("payment-files/main/3")).doesNotExist();
        try (LocalStore wiped = stores.open(TASK);
                LocalStore kept = stores.open(sibling)) {
            assertThat(wiped.positions()).isEmpty();
            assertThat(wiped.get("c", bytes("a"))).isNull();
            assertThat(kept.get("c", bytes("a"))).isEqualTo(bytes("1"));
        }
    }

    @Test
    void aCorruptedStoreIsRefusedAndUsableAfterAWipe() throws Exception {
        try (LocalStore store = stores.open(TASK)) {
            store.apply(List.of(put("c", "a", "1")), Map.of("changelog", POSITION));
        }
        Path current = folder.resolve("payment-files/main/3/CURRENT");
        Files.writeString(current, "MANIFEST-999999\n");
        Files.writeString(current.resolveSibling("unknown"), "to RocksDB");

        assertThatThrownBy(() -> stores.open(TASK))
                .isInstanceOf(LocalStoreException.class)
                .hasMessageStartingWith("LOCAL_STORE_NOT_OPENED");

        stores.wipe(TASK);
        try (LocalStore store = stores.open(TASK)) {
            assertThat(store.positions()).isEmpty();
        }
    }

    @Test
    void aTaskCannotNameAFolderOutside() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> stores.open(new TaskId("..", "main", 0)))
                .withMessageContaining("'..'");
    }

    @Test
    void aClosedStoreSaysSo() {
        LocalStore store = stores.open(TASK);
        store.close();
        store.close();
        assertThatIllegalStateException().isThrownBy(store::positions).withMessageContaining("closed");
    }

    @Test
    void anInterruptedThreadReadsAndWritesFilesAsBefore() {
        try (LocalStore store = stores.open(TASK)) {
            LocalFile file = store.files().create("file");
            byte[] read = new byte[3];
            Thread.currentThread().interrupt();
            try {
                file.append(bytes("123"), 0, 3);
                file.read(0, read);
            } finally {
                assertThat(Thread.interrupted()).isTrue();
            }
            assertThat(read).isEqualTo(bytes("123"));
            file.append(bytes("4"), 0, 1);
            assertThat(file.size()).isEqualTo(4);
        }
    }

    @Test
    void whatACrashLeftOfAnUnsealedFileIsRemovedAndItsNameFree(@TempDir Path crashed) throws IOException {
        try (LocalStore store = stores.open(TASK)) {
            LocalFile file = store.files().create("file");
            file.append(bytes("half"), 0, 4);
            FileSystemUtils.copyRecursively(folder, crashed);
        }
        try (RocksDbStores found = new RocksDbStores(RocksDbOptions.in(crashed));
                LocalStore store = found.open(TASK)) {
            assertThat(store.files().names()).isEmpty();
            assertThat(store.files().create("file").size()).isZero();
        }
    }

    @Test
    void whereAFileCannotBeSealedNoneAfterItIs() throws IOException {
        try (LocalStore store = stores.open(TASK)) {
            LocalFile first = store.files().create("1");
            LocalFile second = store.files().create("2");
            Files.delete(filesOf(folder).resolve("1.unsealed"));
            first.seal();
            second.seal();
            assertThatThrownBy(() -> awaitSealed(second))
                    .isInstanceOf(LocalStoreException.class)
                    .hasMessageContaining("1.unsealed");
            assertThatThrownBy(first::isSealed).isInstanceOf(LocalStoreException.class);
            assertThat(store.files().names()).isEmpty();
        }
        try (LocalStore store = stores.open(TASK)) {
            LocalFile file = store.files().create("1");
            file.seal();
            awaitSealed(file);
        }
    }

    @Test
    void filesOfAStoreThatWasHalfWipedAreNotThoseOfTheNext(@TempDir Path crashed) throws IOException {
        try (LocalStore store = stores.open(TASK)) {
            LocalFile file = store.files().create("file");
            file.seal();
            awaitSealed(file);
        }
        FileSystemUtils.copyRecursively(filesOf(folder), Files.createDirectories(filesOf(crashed)));
        try (RocksDbStores found = new RocksDbStores(RocksDbOptions.in(crashed));
                LocalStore store = found.open(TASK)) {
            assertThat(store.files().names()).isEmpty();
        }
    }

    private static void awaitSealed(LocalFile file) {
        while (!file.isSealed()) {
            Thread.onSpinWait();
        }
    }

    private static Path filesOf(Path folder) {
        return folder.resolve(TASK.pipeline())
                .resolve(TASK.stage())
                .resolve(Integer.toString(TASK.partition()))
                .resolve("files");
    }

    private static Change put(String column, String key, String value) {
        return new Change(column, bytes(key), bytes(value));
    }

    private static Change delete(String column, String key) {
        return new Change(column, bytes(key), null);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
