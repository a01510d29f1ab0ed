package io.waybill.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.waybill.format.LogFormats;
import io.waybill.format.TrackingId;
import io.waybill.format.v1.TimerRow;
import io.waybill.pipeline.Poison;
import java.nio.ByteBuffer;
import java.time.Instant;

/** The timers of one key, as the record in processing registers and cancels them. */
final class TimerRegistry {

    static final int MAX_NAME = 200;

    private final String operator;
    private final byte[] key;
    private final RecordScope scope;

    TimerRegistry(String operator, byte[] key, RecordScope scope) {
        this.operator = operator;
        this.key = key;
        this.scope = scope;
    }

    void register(String name, Instant time) {
        if (name.length() > MAX_NAME) {
            throw Poison.because(
                    "TIMER_NAME_TOO_LONG",
                    "expected a timer's name of at most %d characters, but was %d",
                    MAX_NAME,
                    name.length());
        }
        RegisteredTimer timer = new RegisteredTimer(operator, key, name, Math.max(0, time.toEpochMilli()));
        if (!name.isEmpty()) {
            cancel(name);
            put(RegisteredTimer.NAMES, timer.nameRow(), RegisteredTimer.time(timer.timeMs()));
        }
        deleteWaiting(timer);
        TimerRow row = TimerRow.newBuilder()
                .setTrackingId(flowOf(timer).toByteString())
                .setCausedBy(scope.record().flow().toByteString())
                .build();
        put(RegisteredTimer.TIMERS, timer.row(), LogFormats.encode(row));
    }

    void cancel(String name) {
        byte[] nameRow = new RegisteredTimer(operator, key, name, 0).nameRow();
        byte[] time = scope.state().get(RegisteredTimer.NAMES, nameRow);
        if (time != null) {
            delete(RegisteredTimer.NAMES, nameRow);
            delete(new RegisteredTimer(operator, key, name, RegisteredTimer.time(time)));
        }
    }

    void cancel(Instant time) {
        delete(new RegisteredTimer(operator, key, "", Math.max(0, time.toEpochMilli())));
    }

    private void delete(RegisteredTimer timer) {
        delete(RegisteredTimer.TIMERS, timer.row());
        deleteWaiting(timer);
    }

    /** Where it is due and waits behind others of its key. */
    private void deleteWaiting(RegisteredTimer timer) {
        if (scope.state().get(RegisteredTimer.WAITING, timer.row()) != null) {
            delete(RegisteredTimer.WAITING, timer.row());
        }
    }

    /** The same again when the record runs again, and another for every other record or attempt. */
    private TrackingId flowOf(RegisteredTimer timer) {
        byte[] row = timer.row();
        byte[] path = scope.path().toString().getBytes(UTF_8);
        byte[] flow = scope.record().flow().toBytes();
        ByteBuffer seed = ByteBuffer.allocate(flow.length + 2 * Integer.BYTES + path.length + row.length)
                .put(flow)
                .putInt(scope.entry().attempt())
                .putInt(path.length)
                .put(path)
                .put(row);
        return TrackingId.of(timer.timeMs(), seed.array());
    }

    private void put(String column, byte[] row, byte[] value) {
        scope.stateChange((long) row.length + value.length);
        scope.state().put(column, row, value);
    }

    private void delete(String column, byte[] row) {
        scope.stateChange(row.length);
        scope.state().delete(column, row);
    }
}
