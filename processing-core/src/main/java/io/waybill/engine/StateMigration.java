package io.waybill.engine;

import io.waybill.format.v1.LeavingState;
import io.waybill.pipeline.StateChange;
import io.waybill.pipeline.StateDeclaration;
import io.waybill.store.LocalStore;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Moves the rows of changed states to their new columns, row by row and checkpoint by checkpoint, before the task runs a
 * record. A row stands in the old column until the checkpoint that holds it in the new one: whoever takes the task over
 * goes on there.
 */
final class StateMigration {

    private static final int ROWS_FOR_EACH_STEP = 1_000;
    private static final int SEVEN_BITS = 0x7f;
    private static final byte[] FIRST = {};

    private final StateCatalog catalog;
    private final StateLayer state;
    private byte[] from = FIRST;
    private boolean done;

    StateMigration(StateCatalog catalog, StateLayer state) {
        this.catalog = catalog;
        this.state = state;
        this.done = next() == null;
    }

    boolean isDone() {
        return done;
    }

    private Map.@Nullable Entry<String, LeavingState> next() {
        return catalog.leaving().entrySet().stream()
                .filter(left -> left.getValue().getMigrates())
                .findFirst()
                .orElse(null);
    }

    /** @return how many bytes it wrote */
    long step(long logTimeMs) {
        Map.Entry<String, LeavingState> left = next();
        if (left == null) {
            return 0;
        }
        StateCatalog.Current to = catalog.current(left.getValue().getState());
        long bytes = 0;
        List<LocalStore.Entry> rows = state.scanCommitted(left.getKey(), from, ROWS_FOR_EACH_STEP);
        for (LocalStore.Entry row : rows) {
            byte[] value = migrated(left.getValue(), to, row, logTimeMs);
            if (value != null) {
                state.put(to.column(), row.key(), value);
                bytes += row.key().length + value.length;
            }
            state.delete(left.getKey(), row.key());
            bytes += row.key().length;
        }
        if (rows.size() < ROWS_FOR_EACH_STEP) {
            catalog.left(left.getKey());
            from = FIRST;
            done = next() == null;
        } else {
            from = Arrays.copyOf(rows.getLast().key(), rows.getLast().key().length + 1);
        }
        return bytes;
    }

    /** Null where its time is over. */
    private byte @Nullable [] migrated(
            LeavingState left, StateCatalog.Current to, LocalStore.Entry row, long logTimeMs) {
        byte[] stored = row.value();
        if (left.getHadTtl() && Expiry.isOver(stored, logTimeMs)) {
            return null;
        }
        byte[] old = left.getHadTtl() ? Expiry.value(stored) : stored;
        byte[] value = isBounds(to, row.key()) ? old : migrated(left.getState(), old);
        if (to.ttlMs() == 0) {
            return value;
        }
        return Expiry.wrap(value, left.getHadTtl() ? Expiry.endsMs(stored) : logTimeMs + to.ttlMs());
    }

    private byte[] migrated(String name, byte[] old) {
        if (!(catalog.changeOf(name) instanceof StateChange.Migrate migrate)) {
            return old;
        }
        try {
            return OperatorChain.present(migrate.function().apply(old));
        } catch (Throwable e) {
            Throwable cause = Thrown.byTeam(e);
            throw TaskHaltedException.stateNotMigrated(
                    "state '%s': its migration cannot read or write a value: %s".formatted(name, cause));
        }
    }

    /** The row of a list that holds its bounds: its key is the record's key with its length before it, and nothing more. */
    private static boolean isBounds(StateCatalog.Current to, byte[] key) {
        if (to.declaration().kind() != StateDeclaration.Kind.LIST) {
            return false;
        }
        int length = 0;
        int digits = 0;
        byte digit;
        do {
            digit = key[digits];
            length |= (digit & SEVEN_BITS) << (7 * digits);
            digits++;
        } while (digit < 0);
        return key.length == digits + length;
    }
}
