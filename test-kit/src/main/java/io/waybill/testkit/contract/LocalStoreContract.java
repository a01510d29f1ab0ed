package io.waybill.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.store.LocalStore;
import io.waybill.store.LocalStore.Change;
import io.waybill.store.LocalStoreException;
import io.waybill.store.LocalStores;
import io.waybill.store.LocalStores.TaskId;
import io.waybill.store.StorePosition;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every local store must do. A subclass names one adapter. */
public abstract class LocalStoreContract {

    private static final TaskId TASK = new TaskId("pipeline", "stage", 0);
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
