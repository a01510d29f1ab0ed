package io.waybill.dedup;

import io.waybill.store.LocalFile;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.zip.CRC32C;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * Ids that never change any more, in a file of the local store, in the {@linkplain IdOrder order} of their hashes: cut
 * into pages, so that an id is looked for in one page. Before them stands a filter in memory. The file: pages, each a
 * checksum (4) and {@linkplain IdEntries entries}; the index, which is where the pages begin (8 each, and their end) and
 * the filter; the trailer, which {@link #TRAILER_BYTES} describes.
 */
final class IdRun {

    static final int CHECKSUM_BYTES = Integer.BYTES;

    /**
     * Version (1), topic id (16), level (4), span from (8) and to (8), last checkpoint (8), ids that the filter has room
     * for (8), pages (4), latest expiry (8), checksum of the index (4), checksum of the trailer up to here (4).
     */
    static final int TRAILER_BYTES = 1 + 16 + 4 + 8 + 8 + 8 + 8 + 4 + 8 + 2 * CHECKSUM_BYTES;

    private static final byte[] EMPTY_PAGE = new byte[CHECKSUM_BYTES];
    private static final byte VERSION = 1;

    private final LocalFile file;
    private final Origin origin;
    private final long most;
    private final long latestExpiry;
    private final long[] pageAt;
    private final IdFilter filter;

    /**
     * Where a run comes from.
     *
     * @param level how often its ids were merged
     * @param from offset of the ids topic at which it begins
     * @param to at which it ends
     * @param checkpoint of the last block: its hash
     */
    record Origin(Uuid topic, int level, long from, long to, long checkpoint) {

        boolean contains(Origin other) {
            return from <= other.from && other.to <= to;
        }

        /** Its file's. */
        String name() {
            return "ids-%d-%d-%d".formatted(from, to, level);
        }
    }

    IdRun(LocalFile file, Origin origin, long most, long latestExpiry, long[] pageAt, IdFilter filter) {
        this.file = file;
        this.origin = origin;
        this.most = most;
        this.latestExpiry = latestExpiry;
        this.pageAt = pageAt;
        this.filter = filter;
    }

    LocalFile file() {
        return file;
    }

    Origin origin() {
        return origin;
    }

    /** Ids, at most. */
    long most() {
        return most;
    }

    /** Of its entries, at most. */
    long bytes() {
        return pageAt[pages()];
    }

    int pages() {
        return pageAt.length - 1;
    }

    /** Log time in ms: the end of the last of its ids' windows. */
    long latestExpiry() {
        return latestExpiry;
    }

    boolean isOver(long logTimeMs) {
        return latestExpiry < logTimeMs;
    }

    boolean mayHold(IdFilter.Mask mask) {
        return filter.mayHold(mask);
    }

    byte @Nullable [] find(byte[] id, long hash, long logTimeMs) {
        return IdEntries.find(page(IdOrder.share(hash, pages())), CHECKSUM_BYTES, id, logTimeMs);
    }

    /** With its checksum. */
    byte[] page(int number) {
        int length = (int) (pageAt[number + 1] - pageAt[number]);
        if (length == 0) {
            return EMPTY_PAGE;
        }
        byte[] page = new byte[length];
        file.read(pageAt[number], page);
        if (ByteBuffer.wrap(page).getInt() != checksum(page, CHECKSUM_BYTES, length)) {
            throw DamagedRunException.in(file, "page " + number);
        }
        return page;
    }

    /** Of the bytes from there on, before {@code to}. */
    static int checksum(byte[] bytes, int from, int to) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, from, to - from);
        return (int) checksum.getValue();
    }

    /** The longs of the index: where pages begin, then the filter. */
    static long[][] index(long[] pageAt, IdFilter filter) {
        return new long[][] {pageAt, filter.words()};
    }

    byte[] trailer(int indexChecksum) {
        ByteBuffer trailer = ByteBuffer.allocate(TRAILER_BYTES);
        trailer.put(VERSION)
                .putLong(origin.topic.getMostSignificantBits())
                .putLong(origin.topic.getLeastSignificantBits())
                .putInt(origin.level)
                .putLong(origin.from)
                .putLong(origin.to)
                .putLong(origin.checkpoint)
                .putLong(most)
                .putInt(pages())
                .putLong(latestExpiry)
                .putInt(indexChecksum);
        return trailer.putInt(checksum(trailer.array(), 0, trailer.position())).array();
    }

    /** @throws DamagedRunException where the file is of another version, or not as it was written */
    static IdRun open(LocalFile file) {
        byte[] bytes = lastBytes(file, TRAILER_BYTES, 0);
        ByteBuffer trailer = ByteBuffer.wrap(bytes);
        if (trailer.get() != VERSION) {
            throw DamagedRunException.in(file, "the version");
        }
        int beforeChecksum = TRAILER_BYTES - CHECKSUM_BYTES;
        if (trailer.getInt(beforeChecksum) != checksum(bytes, 0, beforeChecksum)) {
            throw DamagedRunException.in(file, "the trailer");
        }
        Uuid topic = new Uuid(trailer.getLong(), trailer.getLong());
        Origin origin = new Origin(topic, trailer.getInt(), trailer.getLong(), trailer.getLong(), trailer.getLong());
        long most = trailer.getLong();
        long[] pageAt = new long[trailer.getInt() + 1];
        IdFilter filter = IdFilter.forIds(most);
        IdRun run = new IdRun(file, origin, most, trailer.getLong(), pageAt, filter);
        readIndex(file, index(pageAt, filter), trailer.getInt());
        return run;
    }

    private static void readIndex(LocalFile file, long[][] index, int checksum) {
        byte[] bytes = lastBytes(file, (index[0].length + index[1].length) * Long.BYTES, TRAILER_BYTES);
        if (checksum != checksum(bytes, 0, bytes.length)) {
            throw DamagedRunException.in(file, "the index");
        }
        LongBuffer longs = ByteBuffer.wrap(bytes).asLongBuffer();
        longs.get(index[0]).get(index[1]);
    }

    private static byte[] lastBytes(LocalFile file, int count, int before) {
        long from = file.size() - before - count;
        if (from < 0) {
            throw DamagedRunException.in(file, "the length");
        }
        byte[] bytes = new byte[count];
        file.read(from, bytes);
        return bytes;
    }
}
