package io.waybill.engine;

import com.google.protobuf.ByteString;
import io.waybill.format.TrackingId;
import java.nio.ByteBuffer;

/** A growing column of tracking ids, 16 bytes each. */
final class TrackingIds {

    private static final int BYTES = 16;
    private static final int FIRST = 64;

    private ByteBuffer column = ByteBuffer.allocate(FIRST * BYTES);

    void add(TrackingId id) {
        if (!column.hasRemaining()) {
            column = ByteBuffer.allocate(2 * column.capacity()).put(column.flip());
        }
        column.putLong(id.value().getMostSignificantBits()).putLong(id.value().getLeastSignificantBits());
    }

    ByteString toByteString() {
        return ByteString.copyFrom(column.array(), 0, column.position());
    }
}
