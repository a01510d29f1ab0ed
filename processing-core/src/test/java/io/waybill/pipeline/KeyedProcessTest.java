package io.waybill.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** States as an operator sees them, over rows in memory. */
class KeyedProcessTest {

    private final Map<String, TreeRows> rows = new HashMap<>();

    /** Runs whatever a test wants to do. */
    private static final class Scripted extends KeyedProcess<String, Consumer<Scripted>, String> {

        private final ValueState<Long> total = valueState("total", Primitives.ofLong());
        private final MapState<Integer, String> entries = mapState("entries", Primitives.ofInt(), Text.serde());
        private final ListState<String> events = listState("events", Text.serde());

        @Override
        public void process(Consumer<Scripted> script, Context<String, String> ctx) {
            script.accept(this);
        }
    }

    @Test
    void a_value_belongs_to_its_key() throws Exception {
        ProcessInstance instance = open();
        run(instance, "a", p -> p.total.set(5L));
        run(instance, "b", p -> {
            assertThat(p.total.get()).isNull();
            assertThat(p.total.getOr(7L)).isEqualTo(7);
        });
        run(instance, "a", p -> {
            assertThat(p.total.get()).isEqualTo(5);
            p.total.clear();
            assertThat(p.total.get()).isNull();
        });
        assertThat(rowsOf("total").rows).isEmpty();
    }

    @Test
    void a_map_keeps_the_order_of_its_keys_and_never_shows_another_keys_entries() throws Exception {
        ProcessInstance instance = open();
        for (String key : List.of("a", "aa", "b", "")) {
            run(instance, key, p -> {
                for (int i = 299; i >= 0; i--) {
                    p.entries.put(i, key + i);
                }
            });
        }
        run(instance, "a", p -> {
            List<Integer> keys = new ArrayList<>();
            for (Map.Entry<Integer, String> entry : p.entries.entries()) {
                assertThat(entry.getValue()).isEqualTo("a" + entry.getKey());
                keys.add(entry.getKey());
            }
            assertThat(keys).hasSize(300).isSorted();
            p.entries.remove(7);
            assertThat(p.entries.contains(7)).isFalse();
            assertThat(p.entries.get(8)).isEqualTo("a8");
            p.entries.clear();
            assertThat(p.entries.isEmpty()).isTrue();
        });
        run(instance, "aa", p -> assertThat(p.entries.entries()).hasSize(300));
    }

    @Test
    void a_map_may_lose_its_entries_while_it_is_read() throws Exception {
        ProcessInstance instance = open();
        run(instance, "a", p -> {
            for (int i = 0; i < 100; i++) {
                p.entries.put(i, "x");
            }
            int met = 0;
            for (Map.Entry<Integer, String> entry : p.entries.entries()) {
                p.entries.remove(entry.getKey());
                met++;
            }
            assertThat(met).isEqualTo(100);
            assertThat(p.entries.isEmpty()).isTrue();
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 1000})
    void adding_to_a_list_writes_two_rows_however_long_it_is(int length) throws Exception {
        ProcessInstance instance = open();
        run(instance, "a", p -> {
            for (int i = 0; i < length; i++) {
                p.events.add("event " + i);
            }
        });
        TreeRows stored = rowsOf("events");
        int before = stored.writes;
        run(instance, "a", p -> p.events.add("one more"));
        assertThat(stored.writes - before).isEqualTo(2);
        assertThat(stored.rows).hasSize(length + 2);
    }

    @Test
    void a_list_grows_at_its_end_and_shrinks_at_its_beginning() throws Exception {
        ProcessInstance instance = open();
        run(instance, "a", p -> {
            assertThat(p.events.removeFirst()).isNull();
            p.events.add("1");
            p.events.add("2");
            p.events.add("3");
            assertThat(p.events.removeFirst()).isEqualTo("1");
            assertThat(p.events.elements()).containsExactly("2", "3");
            assertThat(p.events.get(1)).isEqualTo("3");
            assertThatThrownBy(() -> p.events.get(2)).isInstanceOf(IndexOutOfBoundsException.class);
            p.events.removeFirst();
            p.events.removeFirst();
            assertThat(p.events.isEmpty()).isTrue();
        });
        assertThat(rowsOf("events").rows).isEmpty();
        run(instance, "a", p -> {
            p.events.add("4");
            p.events.clear();
        });
        assertThat(rowsOf("events").rows).isEmpty();
    }

    @Test
    void state_is_of_use_only_while_the_operator_is_called() {
        Scripted[] kept = new Scripted[1];
        ProcessInstance instance = open();
        assertThatThrownBy(() -> run(instance, "a", p -> {
                    kept[0] = p;
                    throw new IllegalArgumentException("as written");
                }))
                .hasMessage("as written");
        assertThatThrownBy(() -> kept[0].total.get())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("state 'total'");
    }

    @Test
    void stored_bytes_that_the_serde_cannot_read_are_poison() throws Exception {
        ProcessInstance instance = open();
        rowsOf("total").put("a".getBytes(UTF_8), new byte[3]);
        assertThatThrownBy(() -> run(instance, "a", p -> p.total.get()))
                .isInstanceOf(Poison.class)
                .hasMessageContaining("state 'total'")
                .extracting(e -> ((Poison) e).code())
                .isEqualTo("STATE_UNREADABLE");
    }

    private TreeRows rowsOf(String state) {
        return rows.computeIfAbsent(state, name -> new TreeRows());
    }

    private ProcessInstance open() {
        Pipeline pipeline = Pipeline.named("p")
                .from(KafkaSource.topic("in").value(Bytes.serde()))
                .withoutDeduplication()
                .map("script", KeyedProcessTest::never)
                .keyedBySource(Text.serde())
                .process("scripted", Scripted::new)
                .build();
        Operator.Stateful operator = (Operator.Stateful) pipeline.operators().getLast();
        assertThat(operator.states()).extracting(StateDeclaration::name).containsExactly("total", "entries", "events");
        return ProcessInstance.open(operator, state -> rowsOf(state.name()));
    }

    private static Consumer<Scripted> never(byte[] value) {
        throw new UnsupportedOperationException("scripts do not come from the source");
    }

    private static void run(ProcessInstance instance, String key, Consumer<Scripted> script) throws Exception {
        instance.process(key.getBytes(UTF_8), script, new NoContext());
    }
}
