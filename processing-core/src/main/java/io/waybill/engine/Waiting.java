package io.waybill.engine;

import io.waybill.format.v1.WaitingRow;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * One that waits, as the waiting room has it in memory; the rest of it stands in its row.
 *
 * @param place in its lane; the parts of one record share it, in the order of their paths
 * @param dueMs not run before; 0 where it waits for its turn only
 * @param bytes of its row
 * @param claimed its offset on the source, where it has to know whether it is a duplicate; else {@link #NOT_CLAIMED}
 */
record Waiting(Lane lane, long place, PartPath path, long sinceMs, long dueMs, int bytes, long claimed) {

    static final long NOT_CLAIMED = -1;

    static Waiting of(Lane lane, long place, PartPath path, WaitingRow row) {
        return row.hasClaimed()
                ? new Waiting(
                        lane,
                        place,
                        path,
                        row.getSinceMs(),
                        Asked.NEVER,
                        row.getSerializedSize(),
                        row.getClaimed().getOffset())
                : new Waiting(
                        lane, place, path, row.getSinceMs(), row.getDueMs(), row.getSerializedSize(), NOT_CLAIMED);
    }

    boolean isClaimed() {
        return claimed != NOT_CLAIMED;
    }

    /** It has its verdict, and waits for its turn only. */
    Waiting judged() {
        return new Waiting(lane, place, path, sinceMs, 0, bytes, claimed);
    }

    static Waiting of(byte[] key, WaitingRow row) {
        ByteBuffer buffer = ByteBuffer.wrap(key);
        Lane lane = Lane.from(buffer);
        long place = buffer.getLong();
        List<Integer> steps = new ArrayList<>();
        while (buffer.hasRemaining()) {
            steps.add(buffer.getInt());
        }
        return of(lane, place, new PartPath(steps), row);
    }

    /** The key of its row. Those of one lane are ordered by it as they run: parts before the next record, depth first. */
    byte[] key() {
        ByteBuffer key = ByteBuffer.allocate(
                lane.bytes() + Long.BYTES + Integer.BYTES * path.steps().size());
        lane.to(key);
        key.putLong(place);
        path.steps().forEach(key::putInt);
        return key.array();
    }
}
