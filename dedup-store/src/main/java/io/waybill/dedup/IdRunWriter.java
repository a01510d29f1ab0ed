package io.waybill.dedup;

import io.waybill.dedup.IdRun.Origin;
import io.waybill.store.LocalFile;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Writes a run from ids that come in their {@linkplain IdOrder order}, page by page. */
final class IdRunWriter {

    /** A look-up reads one page, and one of this size costs hardly more than one of a single entry. */
    private static final int PAGE_BYTES = 4 * 1024;

    private static final int APPENDED_BYTES = 64 * 1024;
    /** A megabyte at once. */
    private static final int INDEXED_LONGS = 128 * 1024;

    private final LocalFile file;
    private final Origin origin;
    private final long most;
    private final IdFilter filter;
    private final long[] pageAt;
    /** Whole pages and the one that is being written. */
    private byte[] pages = new byte[APPENDED_BYTES + 2 * PAGE_BYTES];

    private int begin;
    private int used = IdRun.CHECKSUM_BYTES;
    private int number;
    /** Longs of the index that were written. */
    private int indexed;

    private final CRC32C indexChecksum = new CRC32C();
    private long latestExpiry;

    /**
     * @param most ids that will come
     * @param bytes of their entries, about
     */
    IdRunWriter(LocalFile file, Origin origin, long most, long bytes) {
        this.file = file;
        this.origin = origin;
        this.most = most;
        this.filter = IdFilter.forIds(most);
        this.pageAt = new long[Math.toIntExact(1 + bytes / PAGE_BYTES) + 1];
    }

    /** Copies the entry that begins there. */
    void add(byte[] from, int at, long hash) {
        int next = IdOrder.share(hash, pageAt.length - 1);
        if (next < number) {
            throw new IllegalStateException(
                    "expected ids in their order, but page %d came after page %d".formatted(next, number));
        }
        turnTo(next);
        int size = IdEntries.sizeAt(from, at);
        if (used + size > pages.length) {
            pages = Arrays.copyOf(pages, Math.max(2 * pages.length, used + size));
        }
        System.arraycopy(from, at, pages, used, size);
        used += size;
        latestExpiry = Math.max(latestExpiry, IdEntries.expires(from, at));
        filter.add(IdFilter.Mask.of(hash));
    }

    private void turnTo(int next) {
        if (next > number) {
            int entries = begin + IdRun.CHECKSUM_BYTES;
            if (used > entries) {
                ByteBuffer.wrap(pages).putInt(begin, IdRun.checksum(pages, entries, used));
                begin = used;
            }
            Arrays.fill(pageAt, number + 1, next + 1, file.size() + begin);
            number = next;
            if (begin >= APPENDED_BYTES) {
                append();
            }
            used = begin + IdRun.CHECKSUM_BYTES;
        }
    }

    private void append() {
        file.append(pages, 0, begin);
        begin = 0;
    }

    /**
     * All ids were added: writes a part of what stands behind the pages.
     *
     * @return the run, whole; when its file is sealed, it is also there for later. Null while a part is left
     */
    @Nullable
    IdRun finishSome() {
        if (number < pageAt.length - 1) {
            turnTo(pageAt.length - 1);
            append();
        }
        long[][] index = IdRun.index(pageAt, filter);
        int length = index[0].length + index[1].length;
        int end = Math.min(length, indexed + INDEXED_LONGS);
        ByteBuffer part = ByteBuffer.allocate((end - indexed) * Long.BYTES);
        for (; indexed < end; indexed++) {
            part.putLong(indexed < index[0].length ? index[0][indexed] : index[1][indexed - index[0].length]);
        }
        indexChecksum.update(part.array());
        file.append(part.array(), 0, part.capacity());
        if (indexed < length) {
            return null;
        }
        IdRun run = new IdRun(file, origin, most, latestExpiry, pageAt, filter);
        file.append(run.trailer((int) indexChecksum.getValue()), 0, IdRun.TRAILER_BYTES);
        file.seal();
        return run;
    }

    IdRun finish() {
        IdRun run = finishSome();
        while (run == null) {
            run = finishSome();
        }
        return run;
    }
}
