package io.waybill.pipeline;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A handle on state that belongs to the key of the record in processing. Declared as a field of a {@link KeyedProcess};
 * of use only while the operator is called, by the thread that calls it.
 */
public abstract sealed class State permits ValueState, ListState, MapState {

    static final Duration LEAST_TTL = Duration.ofSeconds(1);
    static final Duration MOST_TTL = Duration.ofDays(3_650);

    private final String name;
    private final CurrentKey key;
    private @Nullable Duration ttl;
    private @Nullable StateRows rows;

    State(String name, CurrentKey key) {
        this.name = name;
        this.key = key;
    }

    /** Unique in its operator. */
    public final String name() {
        return name;
    }

    abstract StateDeclaration declaration();

    /** False where a serde is missing: teams without null checks. */
    abstract boolean isComplete();

    final void bind(StateRows bound) {
        rows = bound;
    }

    final void setTtl(Duration duration) {
        if (rows != null) {
            throw new IllegalStateException(
                    "state '" + name + "': expected its time to live in the declaration, but it is in use");
        }
        ttl = duration;
    }

    final @Nullable Duration declaredTtl() {
        return ttl;
    }

    final StateRows rows() {
        StateRows bound = rows;
        if (bound == null) {
            throw new IllegalStateException(
                    "state '" + name + "': expected to be used by process or onTimer, but no engine holds it");
        }
        return bound;
    }

    /** The key of the record in processing, as its bytes. */
    final byte[] key() {
        return key.bytes(name);
    }

    /** The same as a prefix of rows that no other key's rows can have. */
    final byte[] prefix() {
        return key.prefix(name);
    }

    final <V> byte[] write(Serde<V> serde, V value) {
        try {
            return serde.serialize(value);
        } catch (Poison poison) {
            throw poison;
        } catch (Exception e) {
            throw failed("STATE_NOT_WRITTEN", "state '%s': its serde cannot write the value: %s", e);
        }
    }

    final <V> V read(Serde<V> serde, byte[] bytes) {
        try {
            return serde.deserialize(bytes);
        } catch (Exception e) {
            throw failed("STATE_UNREADABLE", "state '%s': its serde cannot read what is stored: %s", e);
        }
    }

    private Poison failed(String code, String format, Exception cause) {
        Poison poison = Poison.because(code, format, name, cause);
        poison.initCause(cause);
        return poison;
    }
}
