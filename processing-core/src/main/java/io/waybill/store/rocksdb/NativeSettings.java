package io.waybill.store.rocksdb;

import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.IndexType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.WriteBufferManager;
import org.rocksdb.WriteOptions;

/** RocksDB's settings and the memory that all databases of a process share. Closed after the last of them. */
final class NativeSettings implements AutoCloseable {

    private static final double BLOOM_BITS_PER_KEY = 10;
    private static final double MEMTABLE_BLOOM_RATIO = 0.05;
    private static final int CACHE_SHARD_BITS = 2;
    private static final long MEMTABLE_BYTES = 8L * 1024 * 1024;
    private static final long ARENA_BYTES = 64L * 1024;
    private static final int OPEN_FILES_PER_TASK = 128;

    private final long memoryBytes;
    private final Cache cache;
    private final WriteBufferManager writeBuffers;
    private final BloomFilter filter = new BloomFilter(BLOOM_BITS_PER_KEY);
    private final DBOptions database;
    private final ColumnFamilyOptions column;
    private final WriteOptions write;

    NativeSettings(long memoryBytes) {
        this.memoryBytes = memoryBytes;
        // Few shards: a block that is larger than its shard is read from its file again and again.
        this.cache = new LRUCache(memoryBytes, CACHE_SHARD_BITS);
        // Unflushed writes count against the cache: together they stay within the one budget.
        this.writeBuffers = new WriteBufferManager(memoryBytes / 2, cache);
        this.database = new DBOptions()
                .setCreateIfMissing(true)
                // All column families are flushed at one point, so a crash finds them and the positions consistent.
                .setAtomicFlush(true)
                .setWriteBufferManager(writeBuffers)
                .setMaxOpenFiles(OPEN_FILES_PER_TASK)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setKeepLogFileNum(2);
        this.column = new ColumnFamilyOptions()
                .setWriteBufferSize(MEMTABLE_BYTES)
                .setArenaBlockSize(ARENA_BYTES)
                // Many keys that are looked up are new: the filter says so without a search.
                .setMemtablePrefixBloomSizeRatio(MEMTABLE_BLOOM_RATIO)
                .setMemtableWholeKeyFiltering(true)
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setTableFormatConfig(new BlockBasedTableConfig()
                        .setBlockCache(cache)
                        .setCacheIndexAndFilterBlocks(true)
                        .setPinL0FilterAndIndexBlocksInCache(true)
                        // In pieces: whole, the filter of a large file takes megabytes and has no place in the cache.
                        .setIndexType(IndexType.kTwoLevelIndexSearch)
                        .setPartitionFilters(true)
                        .setPinTopLevelIndexAndFilter(true)
                        .setFilterPolicy(filter));
        // The changelog is the write-ahead log.
        this.write = new WriteOptions().setDisableWAL(true);
    }

    MemoryFigures memory() {
        return new MemoryFigures(memoryBytes, cache.getUsage(), cache.getPinnedUsage());
    }

    DBOptions database() {
        return database;
    }

    ColumnFamilyOptions column() {
        return column;
    }

    WriteOptions write() {
        return write;
    }

    @Override
    public void close() {
        write.close();
        column.close();
        database.close();
        filter.close();
        writeBuffers.close();
        cache.close();
    }
}
