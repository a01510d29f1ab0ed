package io.waybill.dedup;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.waybill.format.LogFormats;
import io.waybill.format.UnreadableLogException;
import io.waybill.format.v1.CheckpointId;
import io.waybill.format.v1.IdBlock;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** Packs released ids into blocks for the ids topic, and reads them back. */
final class IdBlocks {

    /** Of ids of the greatest length a block then takes less than 3 MB. */
    private static final int MOST_IDS = 5_000;

    private static final int TRACKING_ID_BYTES = 16;
    private static final int HASH_BYTES = 16;

    private final CheckpointId checkpoint;
    private final List<byte[]> full = new ArrayList<>();
    private final ByteArrayOutputStream firsts = new ByteArrayOutputStream();
    private final ByteArrayOutputStream hashes = new ByteArrayOutputStream();
    private IdBlock.Builder block = IdBlock.newBuilder();

    IdBlocks(CheckpointId checkpoint) {
        this.checkpoint = checkpoint;
    }

    void add(byte[] id, byte[] row) {
        block.addMessageIdsBytes(UnsafeByteOperations.unsafeWrap(id))
                .addFirstOffsets(IdRow.firstOffset(row))
                .addExpiresLogTimeMs(IdRow.expires(row));
        IdRow.writeFirst(row, firsts);
        IdRow.writePayloadHash(row, hashes);
        if (block.getMessageIdsCount() == MOST_IDS) {
            finish();
        }
    }

    private void finish() {
        full.add(LogFormats.encode(block.setCheckpoint(checkpoint)
                .setFirstTrackingIds(ByteString.copyFrom(firsts.toByteArray()))
                .setPayloadHashes(ByteString.copyFrom(hashes.toByteArray()))
                .build()));
        block = IdBlock.newBuilder();
        firsts.reset();
        hashes.reset();
    }

    List<byte[]> drain() {
        if (block.getMessageIdsCount() > 0) {
            finish();
        }
        return full;
    }

    /** @param each takes the id and its row */
    static void read(byte[] bytes, String name, BiConsumer<byte[], byte[]> each) {
        IdBlock block = LogFormats.decode(IdBlock.parser(), bytes, name);
        int ids = block.getMessageIdsCount();
        byte[] firsts = block.getFirstTrackingIds().toByteArray();
        byte[] hashes = block.getPayloadHashes().toByteArray();
        if (block.getFirstOffsetsCount() != ids
                || block.getExpiresLogTimeMsCount() != ids
                || firsts.length != ids * TRACKING_ID_BYTES
                || hashes.length != ids * HASH_BYTES) {
            throw UnreadableLogException.malformed(name, "columns of different lengths");
        }
        for (int n = 0; n < ids; n++) {
            each.accept(
                    block.getMessageIdsBytes(n).toByteArray(),
                    IdRow.inBlock(firsts, block.getFirstOffsets(n), hashes, n, block.getExpiresLogTimeMs(n)));
        }
    }
}
