package io.waybill.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Asks a keyed operator what state it declares, and whether it declares it well. */
final class StateDeclarations {

    private StateDeclarations() {}

    static List<StateDeclaration> of(
            String operator,
            Supplier<? extends @Nullable KeyedProcess<Object, Object, Object>> supplier,
            Flow.Declaration declaration) {
        KeyedProcess<Object, Object, Object> process = supplier.get();
        if (process == null) {
            declaration.problem(operator, "its supplier returns null: let it make a new instance, such as Totals::new");
            return List.of();
        }
        process.claim();
        KeyedProcess<Object, Object, Object> another = supplier.get();
        if (another == null || !another.claim()) {
            declaration.problem(
                    operator,
                    "its supplier returns the same instance twice: each task needs its own, such as Totals::new");
        }
        List<StateDeclaration> states = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (State state : process.states()) {
            String problem = problemOf(state, names);
            if (problem == null) {
                states.add(state.declaration());
            } else {
                declaration.problem(operator, "state '" + state.name() + "': " + problem);
            }
        }
        return states;
    }

    private static @Nullable String problemOf(State state, Set<String> names) {
        if (!Flow.LEGAL_NAME.matcher(String.valueOf(state.name())).matches()) {
            return "its name must be 1 to 60 characters [a-z0-9-]";
        }
        if (!names.add(state.name())) {
            return "another state of the operator has this name: give each its own";
        }
        if (!state.isComplete()) {
            return "it has no serde: say how its values are written, for example Primitives.ofLong()";
        }
        Duration ttl = state.declaredTtl();
        if (ttl != null && (ttl.compareTo(State.LEAST_TTL) < 0 || ttl.compareTo(State.MOST_TTL) > 0)) {
            return "its time to live must be 1 second to 10 years, but was " + ttl;
        }
        return null;
    }
}
