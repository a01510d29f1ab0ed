package io.waybill.engine;

import io.waybill.store.LocalStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Removes rows that nobody will read any more: a bounded number is looked at in each checkpoint, so that neither a
 * checkpoint nor a task ever waits for it.
 */
final class StateSweep {

    private static final int ROWS_FOR_EACH_CHECKPOINT = 500;
    private static final byte[] FIRST = {};

    private final StateCatalog catalog;
    private final StateLayer state;
    private final List<Round> rounds = new ArrayList<>();
    private byte[] leavingFrom = FIRST;

    StateSweep(StateCatalog catalog, StateLayer state) {
        this.catalog = catalog;
        this.state = state;
        for (StateCatalog.Current current : catalog.all()) {
            if (current.ttlMs() > 0) {
                rounds.add(new Round(current));
            }
        }
    }

    void run(long logTimeMs) {
        rounds.forEach(round -> round.step(logTimeMs));
        catalog.leaving().entrySet().stream()
                .filter(left -> !left.getValue().getMigrates())
                .findFirst()
                .ifPresent(left -> empty(left.getKey()));
    }

    private void empty(String column) {
        List<LocalStore.Entry> rows = state.scanCommitted(column, leavingFrom, ROWS_FOR_EACH_CHECKPOINT);
        for (LocalStore.Entry row : rows) {
            state.delete(column, row.key());
        }
        if (rows.size() < ROWS_FOR_EACH_CHECKPOINT) {
            catalog.left(column);
            leavingFrom = FIRST;
        } else {
            leavingFrom = after(rows.getLast().key());
        }
    }

    private static byte[] after(byte[] key) {
        return Arrays.copyOf(key, key.length + 1);
    }

    /** Goes through a column again and again, but not before something can have expired. */
    private final class Round {

        private final StateCatalog.Current current;
        private byte[] from = FIRST;
        private long notBeforeMs = Long.MIN_VALUE;
        private long earliestMs = Long.MAX_VALUE;

        Round(StateCatalog.Current current) {
            this.current = current;
        }

        void step(long logTimeMs) {
            if (logTimeMs <= notBeforeMs) {
                return;
            }
            if (from.length == 0) {
                // What is written from now on ends no sooner.
                earliestMs = logTimeMs + current.ttlMs();
            }
            List<LocalStore.Entry> rows = state.scanCommitted(current.column(), from, ROWS_FOR_EACH_CHECKPOINT);
            for (LocalStore.Entry row : rows) {
                byte[] now = state.get(current.column(), row.key());
                if (now != null && Expiry.isOver(now, logTimeMs)) {
                    state.delete(current.column(), row.key());
                } else if (now != null) {
                    earliestMs = Math.min(earliestMs, Expiry.endsMs(now));
                }
            }
            if (rows.size() < ROWS_FOR_EACH_CHECKPOINT) {
                from = FIRST;
                notBeforeMs = earliestMs;
            } else {
                from = after(rows.getLast().key());
            }
        }
    }
}
