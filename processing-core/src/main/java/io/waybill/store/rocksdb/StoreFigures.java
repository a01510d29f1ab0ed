package io.waybill.store.rocksdb;

/**
 * What local stores take at one moment, in bytes.
 *
 * @param stores that are open
 * @param memtables writes that are not on the disk yet, within the one budget
 * @param pendingCompaction what RocksDB has still to rewrite; grows where the disk is too slow
 * @param sstFiles RocksDB's on the disk
 * @param files those beside RocksDB, with the ids of messages
 */
public record StoreFigures(int stores, long memtables, long pendingCompaction, long sstFiles, long files) {

    static final StoreFigures NONE = new StoreFigures(0, 0, 0, 0, 0);

    StoreFigures plus(StoreFigures other) {
        return new StoreFigures(
                stores + other.stores,
                memtables + other.memtables,
                pendingCompaction + other.pendingCompaction,
                sstFiles + other.sstFiles,
                files + other.files);
    }
}
