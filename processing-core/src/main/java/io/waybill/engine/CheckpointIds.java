package io.waybill.engine;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.waybill.format.v1.CheckpointId;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/** Names of checkpoints in the metadata of committed offsets: {@code 1;<incarnation>;<sequence>;<transactional id>}. */
final class CheckpointIds {

    private CheckpointIds() {}

    static CheckpointId of(UUID incarnation, long sequence) {
        return CheckpointId.newBuilder()
                .setIncarnation(bytes(incarnation.getMostSignificantBits(), incarnation.getLeastSignificantBits()))
                .setSequence(sequence)
                .build();
    }

    static UUID incarnation(CheckpointId id) {
        ByteBuffer bytes = id.getIncarnation().asReadOnlyByteBuffer();
        return new UUID(bytes.getLong(), bytes.getLong());
    }

    static String metadata(UUID incarnation, long sequence, String transactionalId) {
        return "1;" + incarnation + ";" + sequence + ";" + transactionalId;
    }

    /** @return null where Waybill did not write this */
    static @Nullable CheckpointId parse(@Nullable String metadata) {
        String[] fields = fields(metadata);
        if (fields.length == 0) {
            return null;
        }
        try {
            return of(UUID.fromString(fields[1]), Long.parseLong(fields[2]));
        } catch (IllegalArgumentException notOurs) {
            return null;
        }
    }

    /** @return null where Waybill did not write this */
    static @Nullable String transactionalId(@Nullable String metadata) {
        String[] fields = fields(metadata);
        return fields.length == 0 ? null : fields[3];
    }

    /** All four, or none. */
    private static String[] fields(@Nullable String metadata) {
        String[] fields = metadata == null ? new String[0] : metadata.split(";", 4);
        return fields.length == 4 && fields[0].equals("1") ? fields : new String[0];
    }

    static ByteString bytes(Uuid id) {
        return bytes(id.getMostSignificantBits(), id.getLeastSignificantBits());
    }

    private static ByteString bytes(long high, long low) {
        return UnsafeByteOperations.unsafeWrap(
                ByteBuffer.allocate(16).putLong(high).putLong(low).array());
    }
}
