package io.waybill.pipeline;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One value for each key. */
public final class ValueState<V> extends State {

    private final Serde<V> serde;

    ValueState(String name, Serde<V> serde, CurrentKey key) {
        super(name, key);
        this.serde = serde;
    }

    /** Forgets a value that was not set for so long, in log time. 1 second to 10 years. For the declaration only. */
    public ValueState<V> ttl(Duration duration) {
        setTtl(duration);
        return this;
    }

    /** Null where the key has none. */
    public @Nullable V get() {
        byte[] bytes = rows().get(key());
        return bytes == null ? null : read(serde, bytes);
    }

    public V getOr(V fallback) {
        byte[] bytes = rows().get(key());
        return bytes == null ? fallback : read(serde, bytes);
    }

    public void set(V value) {
        rows().put(key(), write(serde, value));
    }

    public void clear() {
        rows().delete(key());
    }

    @Override
    StateDeclaration declaration() {
        return new StateDeclaration(name(), StateDeclaration.Kind.VALUE, serde.format(), declaredTtl());
    }

    @Override
    boolean isComplete() {
        return !Untyped.isMissing(serde);
    }
}
