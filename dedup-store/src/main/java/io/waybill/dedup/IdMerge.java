package io.waybill.dedup;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes one run of several that follow each other, a few ids at a time; what is over is left out. */
final class IdMerge {

    private final List<IdRun> sources;
    private final IdRunWriter writer;
    private final Cursor[] cursors;
    /** Where each cursor stands in the order; {@link Long#MAX_VALUE} behind the last id. */
    private final long[] heads;

    /** @param newestFirst so an id that was accepted anew stands before its older row */
    IdMerge(List<IdRun> newestFirst, IdRunWriter writer) {
        this.sources = newestFirst;
        this.writer = writer;
        this.cursors = newestFirst.stream().map(Cursor::new).toArray(Cursor[]::new);
        this.heads = new long[cursors.length];
        for (int i = 0; i < cursors.length; i++) {
            heads[i] = cursors[i].head();
        }
    }

    List<IdRun> sources() {
        return sources;
    }

    /** @return the whole run; null while something is left to do */
    @Nullable
    IdRun advance(int ids, long logTimeMs) {
        for (int i = 0; i < ids; i++) {
            int first = first();
            if (heads[first] == Long.MAX_VALUE) {
                return writer.finishSome();
            }
            Cursor cursor = cursors[first];
            if (IdEntries.expires(cursor.entries, cursor.at) >= logTimeMs) {
                writer.add(cursor.entries, cursor.at, cursor.hash);
            }
            cursor.next();
            heads[first] = cursor.head();
        }
        return null;
    }

    /** The newest of those that come first in the order. There are few: a loop is as fast as a heap. */
    private int first() {
        int first = 0;
        for (int i = 1; i < heads.length; i++) {
            if (heads[i] < heads[first]) {
                first = i;
            }
        }
        return first;
    }

    /** One run, id by id. */
    private static final class Cursor {

        private final IdRun run;
        private byte[] entries = {};
        private int page;
        private int at;
        private long hash;

        Cursor(IdRun run) {
            this.run = run;
            settle();
        }

        long head() {
            return at == entries.length ? Long.MAX_VALUE : IdOrder.of(hash);
        }

        void next() {
            at += IdEntries.sizeAt(entries, at);
            settle();
        }

        private void settle() {
            while (at == entries.length && page < run.pages()) {
                entries = run.page(page++);
                at = IdRun.CHECKSUM_BYTES;
            }
            if (at < entries.length) {
                hash = IdEntries.hash(entries, at);
            }
        }
    }
}
