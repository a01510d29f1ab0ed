package io.waybill.engine;

import io.waybill.engine.ColumnChanges.Change;
import io.waybill.store.LocalStore;
import io.waybill.store.LocalStore.Entry;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rows of one column in their order, one after another. Ends before anything is changed. */
interface RowCursor {

    /** Null where there is none any more. */
    @Nullable
    Entry next();

    /** What the store holds. */
    static RowCursor of(LocalStore store, String column, byte[] from, byte @Nullable [] to, int page) {
        return new Stored(store, column, from, to, page);
    }

    /** What lies below, overlaid by changes. */
    static RowCursor overlaid(RowCursor below, Iterator<Map.Entry<RowKey, Change>> changes, byte @Nullable [] to) {
        return new Overlaid(below, changes, to);
    }

    final class Stored implements RowCursor {

        private final LocalStore store;
        private final String column;
        private final byte @Nullable [] to;
        private final int page;
        private Iterator<Entry> rows;
        private byte @Nullable [] from;

        Stored(LocalStore store, String column, byte[] from, byte @Nullable [] to, int page) {
            this.store = store;
            this.column = column;
            this.to = to;
            this.page = page;
            this.from = from;
            this.rows = List.<Entry>of().iterator();
        }

        @Override
        public @Nullable Entry next() {
            byte[] start = from;
            if (!rows.hasNext() && start != null) {
                List<Entry> read = store.scan(column, start, to, page);
                from = read.size() < page ? null : after(read.getLast().key());
                rows = read.iterator();
            }
            return rows.hasNext() ? rows.next() : null;
        }

        private static byte[] after(byte[] key) {
            return Arrays.copyOf(key, key.length + 1);
        }
    }

    final class Overlaid implements RowCursor {

        private final RowCursor below;
        private final Iterator<Map.Entry<RowKey, Change>> changes;
        private final byte @Nullable [] to;
        private @Nullable Entry lower;
        private Map.@Nullable Entry<RowKey, Change> upper;

        Overlaid(RowCursor below, Iterator<Map.Entry<RowKey, Change>> changes, byte @Nullable [] to) {
            this.below = below;
            this.changes = changes;
            this.to = to;
            this.lower = below.next();
            this.upper = nextChange();
        }

        private Map.@Nullable Entry<RowKey, Change> nextChange() {
            if (!changes.hasNext()) {
                return null;
            }
            Map.Entry<RowKey, Change> change = changes.next();
            boolean within =
                    to == null || Arrays.compareUnsigned(change.getKey().bytes(), to) < 0;
            return within ? change : null;
        }

        @Override
        public @Nullable Entry next() {
            while (upper != null) {
                Map.Entry<RowKey, Change> change = upper;
                byte[] key = change.getKey().bytes();
                int order = lower == null ? 1 : Arrays.compareUnsigned(lower.key(), key);
                if (order < 0) {
                    break;
                }
                if (order == 0) {
                    lower = below.next();
                }
                upper = nextChange();
                byte[] value = change.getValue().value();
                if (value != null) {
                    return new Entry(key, value);
                }
            }
            Entry row = lower;
            lower = row == null ? null : below.next();
            return row;
        }
    }
}
