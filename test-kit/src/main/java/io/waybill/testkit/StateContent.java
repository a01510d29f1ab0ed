package io.waybill.testkit;

import io.waybill.pipeline.ListState;
import io.waybill.pipeline.MapState;
import io.waybill.pipeline.State;
import io.waybill.pipeline.ValueState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The state of one key, as the last checkpoint left it. */
public final class StateContent {

    private final State state;

    StateContent(State state) {
        this.state = state;
    }

    /** Of a {@code valueState}. Null where the key has none. */
    public <V> @Nullable V value(Class<V> type) {
        if (!(state instanceof ValueState<?> one)) {
            throw wrongKind("value");
        }
        Object value = one.get();
        return value == null ? null : Values.cast(what(), type, value);
    }

    /** Of a {@code listState}, in its order. */
    public <V> List<V> list(Class<V> type) {
        if (!(state instanceof ListState<?> list)) {
            throw wrongKind("list");
        }
        List<V> values = new ArrayList<>();
        for (Object value : list.elements()) {
            values.add(Values.cast(what(), type, value));
        }
        return values;
    }

    /** Of a {@code mapState}, in its order. */
    public <M, V> Map<M, V> map(Class<M> keyType, Class<V> type) {
        if (!(state instanceof MapState<?, ?> map)) {
            throw wrongKind("map");
        }
        Map<M, V> values = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : map.entries()) {
            values.put(
                    Values.cast("a key of " + what(), keyType, entry.getKey()),
                    Values.cast(what(), type, entry.getValue()));
        }
        return Collections.unmodifiableMap(values);
    }

    private String what() {
        return "state '" + state.name() + "'";
    }

    private PipelineTestException wrongKind(String expected) {
        String actual = switch (state) {
            case ValueState<?> value -> "value";
            case ListState<?> list -> "list";
            case MapState<?, ?> map -> "map";
        };
        return PipelineTestException.wrongKind(state.name(), expected, actual);
    }
}
