package io.waybill.format;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A message whose repeated fields are columns of thousands of entries, while it grows. Each entry is encoded once, as it
 * comes, in the wire format of Protocol Buffers; no object is kept for it. What is read is an ordinary message: a
 * {@code head} with the other fields, the columns, and messages that are embedded in it. One thread.
 *
 * @see <a href="https://protobuf.dev/programming-guides/encoding/">Protocol Buffers: Encoding</a>
 */
public final class ColumnarMessage {

    private final MessageLite head;
    private final List<Column> columns = new ArrayList<>();
    private final List<Embedded> embedded = new ArrayList<>();

    private record Embedded(int field, ColumnarMessage message) {}

    /** @param head has none of the fields that are columns here */
    public ColumnarMessage(MessageLite head) {
        this.head = head;
    }

    /** A repeated field of integers or enumerations, packed. */
    public Column numbers(int field) {
        return column(field, true);
    }

    /** A repeated field of texts or byte strings. */
    public Column values(int field) {
        return column(field, false);
    }

    /** A single byte string in which entries of one length stand one after another. */
    public Column bytes(int field) {
        return column(field, true);
    }

    private Column column(int field, boolean inOne) {
        Column column = new Column(field, inOne);
        columns.add(column);
        return column;
    }

    /** An entry of a repeated field of messages. It may still grow. */
    public void embed(int field, ColumnarMessage message) {
        embedded.add(new Embedded(field, message));
    }

    int size() {
        int size = head.getSerializedSize();
        for (Column column : columns) {
            size += column.encodedSize();
        }
        for (Embedded each : embedded) {
            int inner = each.message().size();
            size += CodedOutputStream.computeTagSize(each.field())
                    + CodedOutputStream.computeUInt32SizeNoTag(inner)
                    + inner;
        }
        return size;
    }

    void writeTo(CodedOutputStream out) throws IOException {
        head.writeTo(out);
        for (Column column : columns) {
            column.writeTo(out);
        }
        for (Embedded each : embedded) {
            out.writeTag(each.field(), WireFormat.WIRETYPE_LENGTH_DELIMITED);
            out.writeUInt32NoTag(each.message().size());
            each.message().writeTo(out);
        }
    }

    /** A field while it grows. */
    public static final class Column {

        private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
        private static final int FIRST_BYTES = 256;
        private static final int LONGEST_NUMBER = 10;

        private final int field;
        /** One tag and one length for all entries. */
        private final boolean inOne;

        private byte[] bytes = new byte[FIRST_BYTES];
        private int used;

        private Column(int field, boolean inOne) {
            this.field = field;
            this.inOne = inOne;
        }

        /** One of {@link #numbers}. */
        public void add(long number) {
            ensure(LONGEST_NUMBER);
            putNumber(number);
        }

        /** One of {@link #values}. */
        public void add(String text) {
            add(text.getBytes(StandardCharsets.UTF_8));
        }

        /** One of {@link #values}. */
        public void add(byte[] value) {
            ensure(2 * LONGEST_NUMBER + value.length);
            putNumber(((long) field << 3) | WireFormat.WIRETYPE_LENGTH_DELIMITED);
            putNumber(value.length);
            System.arraycopy(value, 0, bytes, used, value.length);
            used += value.length;
        }

        /** One of {@link #bytes}, of 16 bytes. */
        public void add(TrackingId id) {
            ensure(2 * Long.BYTES);
            LONGS.set(bytes, used, id.value().getMostSignificantBits());
            LONGS.set(bytes, used + Long.BYTES, id.value().getLeastSignificantBits());
            used += 2 * Long.BYTES;
        }

        /** One of {@link #bytes}. */
        public void add(byte[] from, int at, int length) {
            ensure(length);
            System.arraycopy(from, at, bytes, used, length);
            used += length;
        }

        private void putNumber(long number) {
            long rest = number;
            while ((rest & ~0x7FL) != 0) {
                bytes[used++] = (byte) ((rest & 0x7F) | 0x80);
                rest >>>= 7;
            }
            bytes[used++] = (byte) rest;
        }

        private void ensure(int more) {
            if (bytes.length - used < more) {
                bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, used + more));
            }
        }

        private int encodedSize() {
            return inOne && used > 0
                    ? CodedOutputStream.computeTagSize(field) + CodedOutputStream.computeUInt32SizeNoTag(used) + used
                    : used;
        }

        private void writeTo(CodedOutputStream out) throws IOException {
            if (inOne && used > 0) {
                out.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
                out.writeUInt32NoTag(used);
            }
            out.write(bytes, 0, used);
        }
    }
}
