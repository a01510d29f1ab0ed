package io.waybill.format;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Encodes and decodes the values of Waybill's own topics: one byte of format version, then a Protocol Buffers message
 * of {@code waybill/v1/log.proto}. Stateless and safe for any thread.
 */
public final class LogFormats {

    public static final byte VERSION = 1;

    private LogFormats() {}

    public static byte[] encode(MessageLite message) {
        return encode(message.getSerializedSize(), message::writeTo);
    }

    public static byte[] encode(ColumnarMessage message) {
        return encode(message.size(), message::writeTo);
    }

    private static byte[] encode(int size, Writing message) {
        byte[] bytes = new byte[1 + size];
        bytes[0] = VERSION;
        CodedOutputStream out = CodedOutputStream.newInstance(bytes, 1, size);
        try {
            message.writeTo(out);
            out.checkNoSpaceLeft();
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException("an array of the message's own size took all of it", e);
        }
    }

    private interface Writing {
        void writeTo(CodedOutputStream out) throws IOException;
    }

    /**
     * @param what names the record in the error, for example {@code waybill.outcomes-3@1742}
     * @throws UnreadableLogException where the version is unknown or the bytes are no such message; a reader must
     *     halt on it, never skip (R9)
     */
    public static <M extends MessageLite> M decode(Parser<M> parser, byte[] bytes, String what) {
        if (bytes.length == 0) {
            throw UnreadableLogException.empty(what);
        }
        if (bytes[0] != VERSION) {
            throw UnreadableLogException.unknownVersion(what, bytes[0], VERSION);
        }
        try {
            return parser.parseFrom(bytes, 1, bytes.length - 1);
        } catch (InvalidProtocolBufferException e) {
            throw UnreadableLogException.malformed(what, e);
        }
    }
}
