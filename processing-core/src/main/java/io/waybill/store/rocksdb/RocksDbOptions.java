package io.waybill.store.rocksdb;

import java.nio.file.Path;

/**
 * Where the local stores of this process live, and what they may take.
 *
 * @param folder no other process uses it; losing it costs a restore, never data
 * @param memoryBytes for block cache, indexes, filters and unflushed writes of all tasks together
 */
public record RocksDbOptions(Path folder, long memoryBytes) {

    private static final long LEAST_MEMORY = 1024 * 1024;
    private static final long DEFAULT_MEMORY = 128L * 1024 * 1024;

    public RocksDbOptions {
        if (memoryBytes < LEAST_MEMORY) {
            throw new IllegalArgumentException("expected at least %d bytes of memory for local stores, but got %d"
                    .formatted(LEAST_MEMORY, memoryBytes));
        }
    }

    /** With 128 MiB of memory. */
    public static RocksDbOptions in(Path folder) {
        return new RocksDbOptions(folder, DEFAULT_MEMORY);
    }

    public RocksDbOptions withMemoryBytes(long bytes) {
        return new RocksDbOptions(folder, bytes);
    }
}
