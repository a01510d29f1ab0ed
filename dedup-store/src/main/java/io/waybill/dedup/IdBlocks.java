package io.waybill.dedup;

import io.waybill.format.ColumnarMessage;
import io.waybill.format.ColumnarMessage.Column;
import io.waybill.format.LogFormats;
import io.waybill.format.UnreadableLogException;
import io.waybill.format.v1.CheckpointId;
import io.waybill.format.v1.IdBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Packs released ids into blocks for the ids topic, and reads them back. */
final class IdBlocks {

    /** Of ids of the greatest length a block then takes less than 3 MB. */
    private static final int MOST_IDS = 5_000;

    private static final int TRACKING_ID_BYTES = 16;
    private static final int HASH_BYTES = 16;

    private final CheckpointId checkpoint;
    private final List<byte[]> full = new ArrayList<>();
    private @Nullable Block block;

    private static final class Block {

        final ColumnarMessage message;
        final Column ids;
        final Column firsts;
        final Column offsets;
        final Column hashes;
        final Column expiries;
        int size;

        Block(CheckpointId checkpoint) {
            this.message = new ColumnarMessage(
                    IdBlock.newBuilder().setCheckpoint(checkpoint).build());
            this.ids = message.values(IdBlock.MESSAGE_IDS_FIELD_NUMBER);
            this.firsts = message.bytes(IdBlock.FIRST_TRACKING_IDS_FIELD_NUMBER);
            this.offsets = message.numbers(IdBlock.FIRST_OFFSETS_FIELD_NUMBER);
            this.hashes = message.bytes(IdBlock.PAYLOAD_HASHES_FIELD_NUMBER);
            this.expiries = message.numbers(IdBlock.EXPIRES_LOG_TIME_MS_FIELD_NUMBER);
        }

        void add(byte[] id, byte[] row) {
            ids.add(id);
            IdRow.addFirst(row, firsts);
            offsets.add(IdRow.firstOffset(row));
            IdRow.addPayloadHash(row, hashes);
            expiries.add(IdRow.expires(row));
            size++;
        }
    }

    IdBlocks(CheckpointId checkpoint) {
        this.checkpoint = checkpoint;
    }

    void add(byte[] id, byte[] row) {
        Block current = block;
        if (current == null) {
            current = new Block(checkpoint);
            block = current;
        }
        current.add(id, row);
        if (current.size == MOST_IDS) {
            finish(current);
        }
    }

    private void finish(Block whole) {
        full.add(LogFormats.encode(whole.message));
        block = null;
    }

    List<byte[]> drain() {
        if (block != null) {
            finish(block);
        }
        return full;
    }

    /**
     * @param each takes the id and its row
     * @return the checkpoint that wrote the block
     */
    static CheckpointId read(byte[] bytes, String name, BiConsumer<byte[], byte[]> each) {
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
        return block.getCheckpoint();
    }
}
