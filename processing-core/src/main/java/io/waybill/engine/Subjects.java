package io.waybill.engine;

import java.util.HexFormat;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** How owners' notes name what they ran: a record by its topic and offset, everything else by its row in the state. */
final class Subjects {

    private static final String TIMER = "timer:";
    private static final String WAITING = "waiting:";

    private Subjects() {}

    static String of(ConsumerRecord<byte[], byte[]> record) {
        return record.topic() + "@" + record.offset();
    }

    static String of(RegisteredTimer timer) {
        return TIMER + HexFormat.of().formatHex(timer.row());
    }

    static String of(Waiting waiting) {
        return WAITING + HexFormat.of().formatHex(waiting.key());
    }

    /** Whether its row is gone: what had it came to its end, and another may have it next. */
    static boolean isGone(String subject, StateLayer state) {
        if (subject.startsWith(TIMER)) {
            byte[] row = row(subject, TIMER);
            return state.get(RegisteredTimer.TIMERS, row) == null && state.get(RegisteredTimer.WAITING, row) == null;
        }
        return subject.startsWith(WAITING) && state.get(WaitingRoom.COLUMN, row(subject, WAITING)) == null;
    }

    private static byte[] row(String subject, String kind) {
        return HexFormat.of().parseHex(subject, kind.length(), subject.length());
    }
}
