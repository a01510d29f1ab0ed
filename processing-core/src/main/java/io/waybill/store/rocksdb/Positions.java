package io.waybill.store.rocksdb;

import io.waybill.store.StorePosition;
import java.nio.ByteBuffer;
import org.apache.kafka.common.Uuid;

/** The bytes of a position: topic id (16), leader epoch (4), next offset (8). */
final class Positions {

    static final int BYTES = 2 * Long.BYTES + Integer.BYTES + Long.BYTES;

    private Positions() {}

    static byte[] encode(StorePosition position) {
        return ByteBuffer.allocate(BYTES)
                .putLong(position.topicId().getMostSignificantBits())
                .putLong(position.topicId().getLeastSignificantBits())
                .putInt(position.leaderEpoch())
                .putLong(position.nextOffset())
                .array();
    }

    static StorePosition decode(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new StorePosition(new Uuid(buffer.getLong(), buffer.getLong()), buffer.getInt(), buffer.getLong());
    }
}
