package io.waybill.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.waybill.format.LogFormats;
import io.waybill.format.v1.LeavingState;
import io.waybill.format.v1.StateRow;
import io.waybill.pipeline.Operator;
import io.waybill.pipeline.StateChange;
import io.waybill.pipeline.StateDeclaration;
import io.waybill.store.LocalStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a task's state holds, as its operators declared it: compared with what they declare now when the task opens. What
 * does not fit is refused, unless the pipeline says what becomes of it. State that is dropped or migrated leaves its
 * column for good; the next generation has a column of its own.
 */
final class StateCatalog {

    static final String STATES = "state";
    static final String LEAVING = "state-leaving";

    private static final byte[] FIRST = {};
    private static final int MOST = 10_000;

    private final StateLayer state;
    private final Map<String, StateChange> changes;
    private final Map<String, StateDeclaration> declared = new LinkedHashMap<>();
    private final Map<String, StateRow> stored = new TreeMap<>();
    private final Map<String, LeavingState> leaving = new TreeMap<>();
    private final List<TaskHaltedException> refused = new ArrayList<>();

    private StateCatalog(StateLayer state, Map<String, StateChange> changes) {
        this.state = state;
        this.changes = changes;
    }

    /**
     * @param state the task's, which takes what changed
     * @throws TaskHaltedException where stored state does not fit what is declared
     */
    static StateCatalog open(List<Operator> operators, Map<String, StateChange> changes, StateLayer state) {
        StateCatalog catalog = new StateCatalog(state, changes);
        for (Operator operator : operators) {
            if (operator instanceof Operator.Stateful stateful) {
                stateful.states().forEach(each -> catalog.declared.put(name(stateful.name(), each.name()), each));
            }
        }
        catalog.read();
        catalog.compare();
        return catalog;
    }

    static String name(String operator, String stateName) {
        return operator + "/" + stateName;
    }

    private void read() {
        for (LocalStore.Entry row : state.scan(STATES, FIRST, null, MOST)) {
            stored.put(new String(row.key(), UTF_8), LogFormats.decode(StateRow.parser(), row.value(), "state row"));
        }
        for (LocalStore.Entry row : state.scan(LEAVING, FIRST, null, MOST)) {
            leaving.put(
                    new String(row.key(), UTF_8),
                    LogFormats.decode(LeavingState.parser(), row.value(), "leaving state row"));
        }
    }

    private void compare() {
        Map.copyOf(stored).forEach((name, row) -> {
            StateDeclaration now = declared.get(name);
            if (now == null) {
                orphaned(name, row);
            } else if (!row.equals(rowOf(now, row.getGeneration()))) {
                changed(name, row, now);
            }
        });
        for (LeavingState left : leaving.values()) {
            if (left.getMigrates()
                    && !(changes.get(left.getState()) instanceof StateChange.Migrate)
                    && !(changes.get(left.getState()) instanceof StateChange.Keep)) {
                refused.add(TaskHaltedException.stateChanged(
                        "the migration of state '%s' has begun: declare it until every task has run"
                                .formatted(left.getState())));
            }
        }
        if (!refused.isEmpty()) {
            throw refused.getFirst();
        }
        declared.forEach((name, declaration) -> {
            if (!stored.containsKey(name)) {
                store(name, rowOf(declaration, unusedGeneration(name, 0)));
            }
        });
    }

    private void orphaned(String name, StateRow row) {
        if (changes.get(name) instanceof StateChange.Drop) {
            leave(name, row, false);
            stored.remove(name);
            state.delete(STATES, name.getBytes(UTF_8));
            return;
        }
        refused.add(TaskHaltedException.stateOrphaned(
                "state '%s' (%s) is stored, but this version of the pipeline has no such state: declare it again, or give it up by .dropState(\"%s\")"
                        .formatted(name, described(row), name)));
    }

    private void changed(String name, StateRow row, StateDeclaration now) {
        StateRow next = rowOf(now, row.getGeneration());
        boolean sameRows = row.getKind().equals(next.getKind())
                && row.getFormat().equals(next.getFormat())
                && (row.getTtlMs() == 0) == (next.getTtlMs() == 0);
        if (sameRows) {
            // Another time to live: it counts for what is written from now on.
            store(name, next);
            return;
        }
        StateChange change = changes.get(name);
        boolean migrates = change instanceof StateChange.Keep || change instanceof StateChange.Migrate;
        if (change == null || (migrates && !row.getKind().equals(next.getKind()))) {
            refused.add(TaskHaltedException.stateChanged(
                    "state '%s' is stored as %s, but declared as %s: say .migrateState(\"%s\", …), .keepState(\"%s\") where the new serde reads the old bytes, or .dropState(\"%s\"); another kind can only be dropped"
                            .formatted(name, described(row), described(next), name, name, name)));
            return;
        }
        leave(name, row, migrates);
        store(name, rowOf(now, unusedGeneration(name, row.getGeneration() + 1)));
    }

    private void leave(String name, StateRow row, boolean migrates) {
        LeavingState left = LeavingState.newBuilder()
                .setState(name)
                .setMigrates(migrates)
                .setHadTtl(row.getTtlMs() > 0)
                .build();
        String column = column(name, row.getGeneration());
        leaving.put(column, left);
        state.put(LEAVING, column.getBytes(UTF_8), LogFormats.encode(left));
    }

    private void store(String name, StateRow row) {
        stored.put(name, row);
        state.put(STATES, name.getBytes(UTF_8), LogFormats.encode(row));
    }

    private int unusedGeneration(String name, int from) {
        int generation = from;
        while (leaving.containsKey(column(name, generation))) {
            generation++;
        }
        return generation;
    }

    private static StateRow rowOf(StateDeclaration declaration, int generation) {
        return StateRow.newBuilder()
                .setKind(declaration.kind().name())
                .setFormat(declaration.format())
                .setTtlMs(ttlMs(declaration.ttl()))
                .setGeneration(generation)
                .build();
    }

    private static long ttlMs(@Nullable Duration ttl) {
        return ttl == null ? 0 : ttl.toMillis();
    }

    private static String described(StateRow row) {
        return row.getKind() + " of " + row.getFormat() + (row.getTtlMs() == 0 ? "" : " with a time to live");
    }

    private static String column(String name, int generation) {
        return generation == 0 ? name : name + "#" + generation;
    }

    /** A state as its rows are stored now. */
    record Current(String column, StateDeclaration declaration, long ttlMs) {}

    /** @param name operator and state */
    Current current(String name) {
        StateRow row = stored.get(name);
        StateDeclaration declaration = declared.get(name);
        if (row == null || declaration == null) {
            throw new IllegalStateException("state '" + name + "' was not declared");
        }
        return new Current(column(name, row.getGeneration()), declaration, row.getTtlMs());
    }

    List<Current> all() {
        return declared.keySet().stream().map(this::current).toList();
    }

    /** Columns that are to be emptied. */
    Map<String, LeavingState> leaving() {
        return leaving;
    }

    StateChange changeOf(String name) {
        StateChange change = changes.get(name);
        if (change == null) {
            throw new IllegalStateException("nothing is said of state '" + name + "'");
        }
        return change;
    }

    /** The last row has left. */
    void left(String column) {
        leaving.remove(column);
        state.delete(LEAVING, column.getBytes(UTF_8));
    }
}
