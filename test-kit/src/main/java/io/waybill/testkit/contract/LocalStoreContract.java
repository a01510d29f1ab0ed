package io.waybill.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.store.LocalFile;
import io.waybill.store.LocalStore;
import io.waybill.store.LocalStore.Change;
import io.waybill.store.LocalStoreException;
import io.waybill.store.LocalStores;
import io.waybill.store.LocalStores.TaskId;
import io.waybill.store.StorePosition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every local store must do. A subclass names one adapter. */
public abstract class LocalStoreContract {

    private static final TaskId TASK = new TaskId("pipeline", "stage", 0);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final StorePosition POSITION = new StorePosition(new Uuid(1, 2), 3, 4);

    /** Fresh stores for each test. */
    protected abstract LocalStores stores();

    @Test
    public void readsWhatWasApplied() {
        try (LocalStores stores = stores();
                LocalStore store = stores.open(TASK)) {
            store.apply(List.of(put("c", "a", "1"), put("d", "a", "2")), Map.of());
            assertThat(text(store.get("c", bytes("a")))).isEqualTo("1");
            assertThat(text(store.get("d", bytes("a")))).isEqualTo("2");
            assertThat(store.get("c", bytes("b"))).isNull();
            assertThat(store.get("never", bytes("a"))).isNull();
        }
    }

    @Test
    public void keepsTheLastOfSeveralChangesOfOneKey() {
        try (LocalStores stores = stores();
                LocalStore store = stores.open(TASK)) {
            store.apply(
                    List.of(put("c", "a", "1"), put("c", "a", "2"), put("c", "b", "1"), delete("c", "b")), Map.of());
            assertThat(text(store.get("c", bytes("a")))).isEqualTo("2");
            assertThat(store.get("c", bytes("b"))).isNull();
        }
    }

    @Test
    public void answersSeveralKeysInTheirOrder() {
        try (LocalStores stores = stores();
                LocalStore store = stores.open(TASK)) {
            store.apply(List.of(put("c", "a", "1"), put("c", "b", "2")), Map.of());
            assertThat(store.multiGet("c", List.of(bytes("b"), bytes("x"), bytes("a"))).stream()
                            .map(LocalStoreContract::text)
                            .toList())
                    .isEqualTo(Arrays.asList("2", null, "1"));
            assertThat(store.multiGet("c", List.of())).isEmpty();
        }
    }

    @Test
    public void scansInUnsignedByteOrderFromAKeyOnUpToALimit() {
        try (LocalStores stores = stores();
                LocalStore store = stores.open(TASK)) {
            byte[] high = {(byte) 0xff};
            byte[] low = {0x01};
            byte[] longer = {0x01, 0x00};
            store.apply(
                    List.of(
                            new Change("c", high, bytes("high")),
                            new Change("c", longer, bytes("longer")),
                            new Change("c", low, bytes("low")),
                            put("d", "other", "column")),
                    Map.of());
            assertThat(store.scan("c", new byte[0], 10).stream()
                            .map(e -> text(e.value()))
                            .toList())
                    .containsExactly("low", "longer", "high");
            assertThat(store.scan("c", longer, 10).stream()
                            .map(e -> text(e.value()))
                            .toList())
                    .containsExactly("longer", "high");
            assertThat(store.scan("c", new byte[0], 1)).hasSize(1);
            assertThat(store.scan("c", low, high, 10).stream()
                            .map(e -> text(e.value()))
                            .toList())
                    .containsExactly("low", "longer");
            assertThat(store.scan("c", low, low, 10)).isEmpty();
            assertThat(store.scan("never", new byte[0], 10)).isEmpty();
        }
    }

    @Test
    public void remembersThePositionsOfTheLastBatch() {
        try (LocalStores stores = stores();
                LocalStore store = stores.open(TASK)) {
            assertThat(store.positions()).isEmpty();
            store.apply(List.of(), Map.of("one", POSITION, "two", POSITION));
            StorePosition later = new StorePosition(POSITION.topicId(), -1, 9);
            store.apply(List.of(put("c", "a", "1")), Map.of("one", later));
            assertThat(store.positions()).isEqualTo(Map.of("one", later, "two", POSITION));
        }
    }

    @Test
    public void holdsItsContentAfterAnOrderlyClose() {
        try (LocalStores stores = stores()) {
            try (LocalStore store = stores.open(TASK)) {
                store.apply(List.of(put("c", "a", "1")), Map.of("log", POSITION));
            }
            try (LocalStore store = stores.open(TASK)) {
                assertThat(text(store.get("c", bytes("a")))).isEqualTo("1");
                assertThat(store.positions()).isEqualTo(Map.of("log", POSITION));
            }
        }
    }

    @Test
    public void keepsTasksApart() {
        try (LocalStores stores = stores();
                LocalStore store = stores.open(TASK);
                LocalStore other = stores.open(new TaskId("pipeline", "stage", 1))) {
            store.apply(List.of(put("c", "a", "1")), Map.of());
            assertThat(other.get("c", bytes("a"))).isNull();
        }
    }

    @Test
    public void refusesAStoreThatIsOpen() {
        try (LocalStores stores = stores();
                LocalStore store = stores.open(TASK)) {
            assertThatThrownBy(() -> stores.open(TASK)).isInstanceOf(LocalStoreException.class);
            assertThat(store.positions()).isEmpty();
        }
    }

    @Test
    public void holdsNothingAfterAWipe() {
        try (LocalStores stores = stores()) {
            try (LocalStore store = stores.open(TASK)) {
                store.apply(List.of(put("c", "a", "1")), Map.of("log", POSITION));
            }
            stores.wipe(TASK);
            try (LocalStore store = stores.open(TASK)) {
                assertThat(store.get("c", bytes("a"))).isNull();
                assertThat(store.positions()).isEmpty();
            }
        }
    }

    @Test
    public void readsWhatWasAppendedToAFileAtAnyPlace() {
        try (LocalStores stores = stores()) {
            try (LocalStore store = stores.open(TASK)) {
                LocalFile file = store.files().create("numbers");
                file.append(bytes("0123456789"), 0, 4);
                file.append(bytes("0123456789"), 4, 6);
                assertThat(file.size()).isEqualTo(10);
                assertThat(read(file, 3, 4)).isEqualTo("3456");
                assertThatThrownBy(() -> read(file, 8, 3))
                        .isInstanceOf(LocalStoreException.class)
                        .hasMessageContaining("numbers");
                sealed(file);
                assertThat(read(file, 0, 10)).isEqualTo("0123456789");
                assertThatThrownBy(() -> file.append(bytes("x"), 0, 1)).isInstanceOf(IllegalStateException.class);
            }
            try (LocalStore store = stores.open(TASK)) {
                LocalFile file = store.files().open("numbers");
                assertThat(file.name()).isEqualTo("numbers");
                assertThat(file.size()).isEqualTo(10);
                assertThat(file.isSealed()).isTrue();
                assertThat(read(file, 9, 1)).isEqualTo("9");
            }
        }
    }

    @Test
    public void aFileThatWasNotSealedIsGoneAndItsNameFree() {
        try (LocalStores stores = stores()) {
            try (LocalStore store = stores.open(TASK)) {
                LocalFile file = store.files().create("begun");
                file.append(bytes("1"), 0, 1);
                assertThat(file.isSealed()).isFalse();
                assertThat(store.files().names()).isEmpty();
                assertThatThrownBy(() -> store.files().create("begun")).isInstanceOf(LocalStoreException.class);
                assertThatThrownBy(() -> store.files().open("begun")).isInstanceOf(LocalStoreException.class);
            }
            try (LocalStore store = stores.open(TASK)) {
                assertThat(store.files().names()).isEmpty();
                assertThat(store.files().create("begun").size()).isZero();
            }
        }
    }

    @Test
    public void namesTheSealedFilesUntilTheyAreDeleted() {
        try (LocalStores stores = stores()) {
            try (LocalStore store = stores.open(TASK)) {
                for (String name : List.of("b", "a", "c")) {
                    LocalFile file = store.files().create(name);
                    file.append(bytes(name), 0, 1);
                    sealed(file);
                    file.close();
                }
                assertThat(store.files().names()).containsExactly("a", "b", "c");
                store.files().delete("b");
                assertThatThrownBy(() -> store.files().delete("b")).isInstanceOf(LocalStoreException.class);
                assertThat(store.files().names()).containsExactly("a", "c");
                assertThatThrownBy(() -> store.files().create("a")).isInstanceOf(LocalStoreException.class);
            }
            stores.wipe(TASK);
            try (LocalStore store = stores.open(TASK)) {
                assertThat(store.files().names()).isEmpty();
            }
        }
    }

    @Test
    public void aFileThatIsBeingSealedWhenTheStoreIsClosedIsThereWholeOrNotAtAll() {
        try (LocalStores stores = stores()) {
            for (int i = 0; i < 20; i++) {
                try (LocalStore store = stores.open(TASK)) {
                    LocalFile file = store.files().create("file");
                    file.append(new byte[100_000], 0, 100_000);
                    file.seal();
                }
                try (LocalStore store = stores.open(TASK)) {
                    for (String name : store.files().names()) {
                        try (LocalFile file = store.files().open(name)) {
                            assertThat(file.size()).isEqualTo(100_000);
                        }
                        store.files().delete(name);
                    }
                }
            }
        }
    }

    @Test
    public void ofFilesThatAreBeingSealedWhenTheStoreIsClosedNoneIsThereWithoutThoseBeforeIt() {
        List<String> inOrder = List.of("0", "1", "2", "3", "4");
        try (LocalStores stores = stores()) {
            for (int i = 0; i < 20; i++) {
                try (LocalStore store = stores.open(TASK)) {
                    for (String name : inOrder) {
                        LocalFile file = store.files().create(name);
                        file.append(new byte[50_000], 0, 50_000);
                        file.seal();
                        // Closing takes time for those that are being written.
                        store.files().create("begun" + name).append(new byte[500_000], 0, 500_000);
                    }
                }
                try (LocalStore store = stores.open(TASK)) {
                    List<String> sealed = store.files().names();
                    assertThat(sealed).isEqualTo(inOrder.subList(0, sealed.size()));
                    sealed.forEach(store.files()::delete);
                }
            }
        }
    }

    @Test
    public void sealsFilesInTheOrderInWhichItWasAsked() {
        try (LocalStores stores = stores();
                LocalStore store = stores.open(TASK)) {
            LocalFile first = store.files().create("first");
            first.append(new byte[1024 * 1024], 0, 1024 * 1024);
            LocalFile second = store.files().create("second");
            first.seal();
            sealed(second);
            assertThat(first.isSealed()).isTrue();
        }
    }

    private static void sealed(LocalFile file) {
        file.seal();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!file.isSealed()) {
            assertThat(System.nanoTime()).as("sealed in time").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private static @Nullable String read(LocalFile file, long position, int length) {
        byte[] into = new byte[length];
        file.read(position, into);
        return text(into);
    }

    private static Change put(String column, String key, String value) {
        return new Change(column, bytes(key), bytes(value));
    }

    private static Change delete(String column, String key) {
        return new Change(column, bytes(key), null);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static @Nullable String text(byte @Nullable [] bytes) {
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }
}
