package io.waybill.testkit.flaw;

import io.waybill.format.LogFormats;
import io.waybill.format.v1.Bundle;
import io.waybill.format.v1.WaitingRow;
import io.waybill.store.LocalStore;
import io.waybill.store.LocalStore.Change;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Flaws of the rows of the waiting room. Where later records are not to be held, the engine is shown the rows of a key as
 * if each were a lane of its own, and what it does with them happens to the true ones.
 */
final class FlawedRoom {

    private static final String COLUMN = "waiting";
    private static final byte[] ON_CHANGELOG = (COLUMN + "\0").getBytes(StandardCharsets.UTF_8);
    private static final byte OF_KEY = 0;
    private static final byte OF_RECORD = 1;
    /** The lane of a record is named by 16 bytes at least, keys of the workload are shorter. */
    private static final int SHORTEST_OF_RECORD = 16;

    private final FlawedLog log;

    FlawedRoom(FlawedLog log) {
        this.log = log;
    }

    /** Null where it is not sent. */
    @Nullable
    ProducerRecord<byte[], byte[]> sent(ProducerRecord<byte[], byte[]> record) {
        if (!log.isChangelog(record.topic()) || !isRow(record.key())) {
            return record;
        }
        if (record.value() == null ? log.has(Flaw.WAITING_ROW_KEPT) : isForgotten(record.value())) {
            return null;
        }
        byte[] row = Arrays.copyOfRange(record.key(), ON_CHANGELOG.length, record.key().length);
        byte[] key = ByteBuffer.allocate(record.key().length)
                .put(ON_CHANGELOG)
                .put(trueKey(COLUMN, row))
                .array();
        return new ProducerRecord<>(record.topic(), record.partition(), key, kept(record.value()));
    }

    private static boolean isRow(byte[] key) {
        return key.length > ON_CHANGELOG.length && Arrays.equals(Arrays.copyOf(key, ON_CHANGELOG.length), ON_CHANGELOG);
    }

    @Nullable
    Change applied(Change change) {
        if (!change.column().equals(COLUMN)) {
            return change;
        }
        return (change.value() == null ? log.has(Flaw.WAITING_ROW_KEPT) : isForgotten(change.value()))
                ? null
                : new Change(change.column(), trueKey(change.column(), change.key()), kept(change.value()));
    }

    private byte @Nullable [] kept(byte @Nullable [] value) {
        if (value == null || !log.has(Flaw.BUNDLE_FORGETS_A_PART)) {
            return value;
        }
        WaitingRow row = LogFormats.decode(WaitingRow.parser(), value, COLUMN);
        Bundle bundle = row.getBundle();
        // Where there is a second chunk, the first has several parts.
        return bundle.getChunks() > 1 && bundle.getChunk() == 0 && bundle.getDone() == 0
                ? LogFormats.encode(
                        row.toBuilder().setBundle(bundle.toBuilder().setDone(1)).build())
                : value;
    }

    byte[] trueKey(String column, byte[] key) {
        if (!column.equals(COLUMN) || !log.has(Flaw.LATER_RECORD_NOT_HELD)) {
            return key;
        }
        boolean disguised = key.length > Integer.BYTES
                && key[0] == OF_RECORD
                && ByteBuffer.wrap(key).getInt(1) < SHORTEST_OF_RECORD;
        return disguised ? as(OF_KEY, key) : key;
    }

    List<LocalStore.Entry> shown(String column, List<LocalStore.Entry> rows) {
        if (!column.equals(COLUMN)) {
            return rows;
        }
        if (log.has(Flaw.WAITING_ROOM_NOT_RESTORED)) {
            return List.of();
        }
        if (log.has(Flaw.DEAD_LETTER_KEEPS_NO_PLACE)) {
            return rows.stream().filter(row -> !isOfDeadLetter(row)).toList();
        }
        if (log.has(Flaw.FOLLOWERS_NOT_RESTORED)) {
            return withoutFollowers(rows);
        }
        return log.has(Flaw.LATER_RECORD_NOT_HELD)
                ? rows.stream()
                        .map(row -> row.key()[0] == OF_KEY
                                ? new LocalStore.Entry(as(OF_RECORD, row.key()), row.value())
                                : row)
                        .toList()
                : rows;
    }

    /** They stand in the order of their lanes. */
    private static List<LocalStore.Entry> withoutFollowers(List<LocalStore.Entry> rows) {
        List<LocalStore.Entry> shown = new ArrayList<>();
        byte[] barred = {};
        for (LocalStore.Entry row : rows) {
            byte[] lane = laneOf(row.key());
            boolean isDeadLetter = isOfDeadLetter(row);
            if (isDeadLetter || !Arrays.equals(lane, barred)) {
                shown.add(row);
            }
            barred = isDeadLetter ? lane : barred;
        }
        return shown;
    }

    /** Its kind, the length of its name, its name. */
    private static byte[] laneOf(byte[] key) {
        return Arrays.copyOf(key, 1 + Integer.BYTES + ByteBuffer.wrap(key).getInt(1));
    }

    private boolean isForgotten(byte[] value) {
        return log.has(Flaw.OVERFLOW_FORGOTTEN)
                && log.overflowed()
                        .contains(LogFormats.decode(WaitingRow.parser(), value, COLUMN)
                                .getDeadLetterId());
    }

    private static boolean isOfDeadLetter(LocalStore.Entry row) {
        return LogFormats.decode(WaitingRow.parser(), row.value(), COLUMN).hasDeadLetterId();
    }

    private static byte[] as(byte kind, byte[] key) {
        byte[] other = key.clone();
        other[0] = kind;
        return other;
    }
}
