package io.waybill.store.rocksdb;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.waybill.store.LocalFiles;
import io.waybill.store.LocalStore;
import io.waybill.store.LocalStores.TaskId;
import io.waybill.store.StorePosition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.FlushOptions;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.WriteBatch;

/** Closing flushes, so that the next open need not restore what was applied. */
final class RocksDbStore implements LocalStore {

    private static final byte[] NOTHING = {};

    private final TaskId task;
    private final Columns columns;
    private final TaskFiles files;
    private final NativeSettings settings;
    private final Runnable beforeClose;
    private final Runnable afterClose;
    /** An operator that was given up may still read, on its own thread. */
    private final Lock reads;

    private final Lock closing;
    private boolean closed;

    RocksDbStore(
            TaskId task,
            Columns columns,
            TaskFiles files,
            NativeSettings settings,
            Runnable beforeClose,
            Runnable afterClose) {
        this.task = task;
        this.columns = columns;
        this.files = files;
        this.settings = settings;
        this.beforeClose = beforeClose;
        this.afterClose = afterClose;
        ReadWriteLock lock = new ReentrantReadWriteLock();
        this.reads = lock.readLock();
        this.closing = lock.writeLock();
    }

    @Override
    public byte @Nullable [] get(String column, byte[] key) {
        reads.lock();
        try {
            requireOpen();
            ColumnFamilyHandle handle = columns.find(column);
            if (handle == null) {
                return null;
            }
            try {
                return columns.database().get(handle, key);
            } catch (RocksDBException failure) {
                throw StoreFailures.reading(task, failure);
            }
        } finally {
            reads.unlock();
        }
    }

    @Override
    public List<byte @Nullable []> multiGet(String column, List<byte[]> keys) {
        reads.lock();
        try {
            requireOpen();
            ColumnFamilyHandle handle = columns.find(column);
            if (handle == null || keys.isEmpty()) {
                return Collections.nCopies(keys.size(), null);
            }
            try {
                return new ArrayList<byte @Nullable []>(
                        columns.database().multiGetAsList(Collections.nCopies(keys.size(), handle), keys));
            } catch (RocksDBException failure) {
                throw StoreFailures.reading(task, failure);
            }
        } finally {
            reads.unlock();
        }
    }

    @Override
    public List<Entry> scan(String column, byte[] from, byte @Nullable [] to, int limit) {
        reads.lock();
        try {
            requireOpen();
            ColumnFamilyHandle handle = columns.find(column);
            List<Entry> entries = new ArrayList<>();
            if (handle == null) {
                return entries;
            }
            // Without the bound a scan would wade through the tombstones behind it.
            try (Slice end = new Slice(to == null ? NOTHING : to);
                    ReadOptions options = to == null ? new ReadOptions() : new ReadOptions().setIterateUpperBound(end);
                    RocksIterator iterator = columns.database().newIterator(handle, options)) {
                for (iterator.seek(from); entries.size() < limit && iterator.isValid(); iterator.next()) {
                    entries.add(new Entry(iterator.key(), iterator.value()));
                }
                iterator.status();
                return entries;
            } catch (RocksDBException failure) {
                throw StoreFailures.reading(task, failure);
            }
        } finally {
            reads.unlock();
        }
    }

    @Override
    public void apply(List<Change> changes, Map<String, StorePosition> positions) {
        requireOpen();
        try (WriteBatch batch = new WriteBatch()) {
            for (Change change : changes) {
                ColumnFamilyHandle column = columns.findOrCreate(change.column());
                if (change.value() == null) {
                    batch.delete(column, change.key());
                } else {
                    batch.put(column, change.key(), change.value());
                }
            }
            for (Map.Entry<String, StorePosition> position : positions.entrySet()) {
                batch.put(
                        columns.positions(), position.getKey().getBytes(UTF_8), Positions.encode(position.getValue()));
            }
            columns.database().write(settings.write(), batch);
        } catch (RocksDBException failure) {
            throw StoreFailures.writing(task, failure);
        }
    }

    @Override
    public Map<String, StorePosition> positions() {
        requireOpen();
        Map<String, StorePosition> positions = new HashMap<>();
        try (RocksIterator iterator = columns.database().newIterator(columns.positions())) {
            for (iterator.seekToFirst(); iterator.isValid(); iterator.next()) {
                byte[] value = iterator.value();
                if (value.length != Positions.BYTES) {
                    throw StoreFailures.unreadablePosition(task, value.length);
                }
                positions.put(new String(iterator.key(), UTF_8), Positions.decode(value));
            }
            iterator.status();
            return positions;
        } catch (RocksDBException failure) {
            throw StoreFailures.reading(task, failure);
        }
    }

    StoreFigures figures() {
        try {
            return new StoreFigures(
                    1,
                    columns.property("rocksdb.cur-size-all-mem-tables"),
                    columns.property("rocksdb.estimate-pending-compaction-bytes"),
                    columns.property("rocksdb.total-sst-files-size"),
                    files.bytes());
        } catch (RocksDBException failure) {
            throw StoreFailures.reading(task, failure);
        }
    }

    @Override
    public LocalFiles files() {
        return files;
    }

    @Override
    public void close() {
        closing.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
        } finally {
            closing.unlock();
        }
        beforeClose.run();
        try (FlushOptions waiting = new FlushOptions().setWaitForFlush(true)) {
            columns.database().flush(waiting, columns.all());
        } catch (RocksDBException failure) {
            throw StoreFailures.writing(task, failure);
        } finally {
            try {
                files.close();
            } finally {
                // Gives the lock away: another one may open the store at once.
                columns.close();
                afterClose.run();
            }
        }
    }

    /** Native code would bring the process down. */
    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException(
                    "expected the local store of task %s to be open, but it was closed".formatted(task));
        }
    }
}
