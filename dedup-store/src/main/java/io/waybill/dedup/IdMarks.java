package io.waybill.dedup;

import io.waybill.engine.TaskState;
import io.waybill.format.LogFormats;
import io.waybill.format.v1.IdMark;
import io.waybill.store.LocalStore;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * How far the ids topic can be deleted, and when: rows of the changelog, each an offset and the log time at which all
 * windows below it are over. A new one is set when the windows have moved by a fraction, so there are few.
 */
final class IdMarks {

    static final String MARKS = "id-mark";

    private static final int PER_WINDOW = 64;
    private static final int MOST = 1_000;

    private final long stepMs;
    private final Deque<Mark> marks = new ArrayDeque<>();
    private long committedEnd;
    private long latestExpiry;
    private @Nullable Long deletable;

    private record Mark(long offset, long expires) {}

    IdMarks(LocalStore store, long windowMs) {
        this.stepMs = Math.max(1, windowMs / PER_WINDOW);
        for (LocalStore.Entry entry : store.scan(MARKS, new byte[0], MOST)) {
            IdMark row = LogFormats.decode(IdMark.parser(), entry.value(), "id mark");
            marks.addLast(new Mark(ByteBuffer.wrap(entry.key()).getLong(), row.getExpiresLogTimeMs()));
        }
        this.latestExpiry = marks.isEmpty() ? 0 : marks.getLast().expires();
    }

    /** A committed block holds an id whose window ends then. */
    void saw(long expires) {
        latestExpiry = Math.max(latestExpiry, expires);
    }

    /** The blocks seen so far end there. */
    void committed(long nextOffset) {
        committedEnd = nextOffset;
    }

    /** Sets a mark where one is due, drops those that log time has passed. */
    void advance(TaskState state, long logTimeMs) {
        long lastExpiry = marks.isEmpty() ? 0 : marks.getLast().expires();
        if (committedEnd > 0 && latestExpiry >= lastExpiry + stepMs) {
            Mark mark = new Mark(committedEnd, latestExpiry);
            marks.addLast(mark);
            state.put(
                    MARKS,
                    key(mark),
                    LogFormats.encode(IdMark.newBuilder()
                            .setExpiresLogTimeMs(mark.expires())
                            .build()));
        }
        while (!marks.isEmpty() && marks.getFirst().expires() < logTimeMs) {
            Mark over = marks.removeFirst();
            state.delete(MARKS, key(over));
            deletable = over.offset();
        }
    }

    /** Null where nothing was dropped since the last call. */
    @Nullable
    Long deletable() {
        Long now = deletable;
        deletable = null;
        return now;
    }

    private static byte[] key(Mark mark) {
        return ByteBuffer.allocate(Long.BYTES).putLong(mark.offset()).array();
    }
}
