package io.waybill.store.rocksdb;

/**
 * The memory that all local stores of a process share, in bytes.
 *
 * @param budget what they may take together
 * @param used blocks, indexes, filters and unflushed writes
 * @param pinned of it what is in use and cannot be given up now
 */
public record MemoryFigures(long budget, long used, long pinned) {}
