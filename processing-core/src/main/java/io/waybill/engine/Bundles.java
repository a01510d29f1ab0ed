package io.waybill.engine;

import io.waybill.format.LogFormats;
import io.waybill.format.v1.Bundle;
import io.waybill.format.v1.BundleChunk;
import io.waybill.store.LocalStore;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;

/** The rows of parts that wait as one, some parts to a row. */
final class Bundles {

    static final String COLUMN = "bundle";

    private Bundles() {}

    static BundleChunk next(Bundle bundle, StateLayer state) {
        byte[] value = state.get(COLUMN, key(bundle.getName(), bundle.getChunk()));
        if (value == null) {
            throw TaskHaltedException.stateDamaged(
                    "chunk %d of %d of a bundle is not in the state".formatted(bundle.getChunk(), bundle.getChunks()));
        }
        return LogFormats.decode(BundleChunk.parser(), value, "bundle");
    }

    /** @return how many bytes that are */
    static long put(long name, int number, BundleChunk chunk, StateLayer state) {
        byte[] value = LogFormats.encode(chunk);
        state.put(COLUMN, key(name, number), value);
        return value.length;
    }

    static void delete(long name, int number, StateLayer state) {
        state.delete(COLUMN, key(name, number));
    }

    /** Whoever was about to keep them is gone, and runs again. */
    static void deleteAllBut(Set<Long> names, StateLayer state) {
        byte[] from = {};
        while (true) {
            // A live one has its first chunk read, and no other.
            List<LocalStore.Entry> row = state.scan(COLUMN, from, null, 1);
            if (row.isEmpty()) {
                return;
            }
            ByteBuffer key = ByteBuffer.wrap(row.getFirst().key());
            long name = key.getLong();
            int number = key.getInt();
            if (!names.contains(name)) {
                delete(name, number, state);
                from = key(name, number + 1);
            } else if (name == -1) {
                return;
            } else {
                from = key(name + 1, 0);
            }
        }
    }

    private static byte[] key(long name, int number) {
        return ByteBuffer.allocate(Long.BYTES + Integer.BYTES)
                .putLong(name)
                .putInt(number)
                .array();
    }
}
