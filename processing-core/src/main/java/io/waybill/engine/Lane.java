package io.waybill.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.waybill.format.TrackingId;
import io.waybill.format.UnreadableLogException;
import java.nio.ByteBuffer;

/**
 * Whose turn waits for whose: what is in one lane of the waiting room runs one after the other, lanes know nothing of each
 * other. {@code log.proto} describes its bytes.
 */
record Lane(Kind kind, RowKey name) {

    enum Kind {
        /** The records of one key. */
        KEY(0),
        /** One record that has none: nobody waits for it. */
        RECORD(1),
        /** Orders about one dead letter, and what they led to: it has its turn when people say so. */
        DEAD_LETTER(2);

        private final byte number;

        Kind(int number) {
            this.number = (byte) number;
        }

        private static Kind of(byte number) {
            for (Kind kind : values()) {
                if (kind.number == number) {
                    return kind;
                }
            }
            throw UnreadableLogException.malformed("waiting row", "this version knows no lanes of kind " + number);
        }
    }

    static Lane ofKey(byte[] key) {
        return new Lane(Kind.KEY, new RowKey(key));
    }

    static Lane ofRecord(TrackingId flow, PartPath path) {
        byte[] id = flow.toBytes();
        ByteBuffer name = ByteBuffer.allocate(
                        id.length + Integer.BYTES * path.steps().size())
                .put(id);
        path.steps().forEach(name::putInt);
        return new Lane(Kind.RECORD, new RowKey(name.array()));
    }

    static Lane ofDeadLetter(String id) {
        return new Lane(Kind.DEAD_LETTER, new RowKey(id.getBytes(UTF_8)));
    }

    int bytes() {
        return 1 + Integer.BYTES + name.bytes().length;
    }

    void to(ByteBuffer row) {
        row.put(kind.number).putInt(name.bytes().length).put(name.bytes());
    }

    static Lane from(ByteBuffer row) {
        Kind kind = Kind.of(row.get());
        byte[] name = new byte[row.getInt()];
        row.get(name);
        return new Lane(kind, new RowKey(name));
    }
}
