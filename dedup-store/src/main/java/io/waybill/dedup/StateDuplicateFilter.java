package io.waybill.dedup;

import com.google.protobuf.ByteString;
import io.waybill.engine.DuplicateFilter;
import io.waybill.engine.TaskState;
import io.waybill.format.LogFormats;
import io.waybill.format.TrackingId;
import io.waybill.format.v1.MessageIdRow;
import io.waybill.pipeline.Deduplicate;
import io.waybill.store.LocalStore;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Message ids as rows of the task's state, exact and durable with the checkpoint that accepted them.
 *
 * <p>Column {@code id}: message id → {@link MessageIdRow}. Column {@code id-expiry}: log time at which the window ends
 * (8 bytes, big endian), then the id → nothing; only ids whose flow is terminal stand there, so a pinned id cannot
 * expire. Both columns are written in the same layer, so they never disagree.
 */
public final class StateDuplicateFilter implements DuplicateFilter {

    static final String IDS = "id";
    static final String EXPIRIES = "id-expiry";

    private static final int HASH_BYTES = 16;
    private static final byte[] NOTHING = {};

    private final long windowMs;

    private StateDuplicateFilter(Deduplicate choice) {
        this.windowMs = choice.window().toMillis();
    }

    public static DuplicateFilter create(Deduplicate choice) {
        return new StateDuplicateFilter(choice);
    }

    @Override
    public Verdict accept(TaskState state, Sighting sighting) {
        byte[] key = key(sighting.messageId());
        ByteString hash = ByteString.copyFrom(sighting.payloadHash(), 0, HASH_BYTES);
        MessageIdRow known = read(state, key);
        if (known != null && !isOver(known, sighting.logTimeMs())) {
            TrackingId first = TrackingId.of(known.getFirstTrackingId());
            if (first.equals(sighting.trackingId())) {
                return new Verdict.First();
            }
            return known.getPayloadHash().equals(hash)
                    ? new Verdict.Duplicate(
                            first, known.getFirstTopic(), known.getFirstPartition(), known.getFirstOffset())
                    : new Verdict.Conflict(
                            first, known.getFirstTopic(), known.getFirstPartition(), known.getFirstOffset());
        }
        if (known != null) {
            state.delete(EXPIRIES, expiryKey(known.getExpiresLogTimeMs(), key));
        }
        MessageIdRow row = MessageIdRow.newBuilder()
                .setFirstTrackingId(sighting.trackingId().toByteString())
                .setFirstTopic(sighting.topic())
                .setFirstPartition(sighting.partition())
                .setFirstOffset(sighting.offset())
                .setPayloadHash(hash)
                .setAcceptedLogTimeMs(sighting.logTimeMs())
                .build();
        state.put(IDS, key, LogFormats.encode(row));
        return new Verdict.First();
    }

    @Override
    public void release(TaskState state, String messageId, TrackingId holder, long logTimeMs) {
        byte[] key = key(messageId);
        MessageIdRow row = read(state, key);
        if (row == null || !TrackingId.of(row.getFirstTrackingId()).equals(holder)) {
            return;
        }
        long expires = logTimeMs + windowMs;
        state.put(
                IDS,
                key,
                LogFormats.encode(row.toBuilder().setExpiresLogTimeMs(expires).build()));
        state.put(EXPIRIES, expiryKey(expires, key), NOTHING);
    }

    @Override
    public void expire(TaskState state, long logTimeMs, int limit) {
        for (LocalStore.Entry entry : state.scanCommitted(EXPIRIES, NOTHING, limit)) {
            long expires = ByteBuffer.wrap(entry.key()).getLong();
            if (expires >= logTimeMs) {
                return;
            }
            byte[] id = Arrays.copyOfRange(entry.key(), Long.BYTES, entry.key().length);
            MessageIdRow row = read(state, id);
            // The id may have been accepted anew since the last checkpoint: then this window is no longer its own.
            if (row != null && row.getExpiresLogTimeMs() == expires) {
                state.delete(IDS, id);
            }
            state.delete(EXPIRIES, entry.key());
        }
    }

    private static boolean isOver(MessageIdRow row, long logTimeMs) {
        return row.getExpiresLogTimeMs() != 0 && row.getExpiresLogTimeMs() < logTimeMs;
    }

    private static @Nullable MessageIdRow read(TaskState state, byte[] key) {
        byte[] bytes = state.get(IDS, key);
        return bytes == null ? null : LogFormats.decode(MessageIdRow.parser(), bytes, "message id row");
    }

    private static byte[] key(String messageId) {
        return messageId.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] expiryKey(long expires, byte[] id) {
        return ByteBuffer.allocate(Long.BYTES + id.length)
                .putLong(expires)
                .put(id)
                .array();
    }
}
