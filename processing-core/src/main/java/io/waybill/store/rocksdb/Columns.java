package io.waybill.store.rocksdb;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * A database and its column families: the default one, which every database has, keeps the position vector; a column is
 * made when it is first written.
 */
final class Columns implements AutoCloseable {

    // So that no column can be called like RocksDB's default one.
    private static final String PREFIX = "c:";

    private final RocksDB database;
    private final NativeSettings settings;
    private final ColumnFamilyHandle positions;
    private final Map<String, ColumnFamilyHandle> byName = new ConcurrentHashMap<>();

    private Columns(RocksDB database, NativeSettings settings, List<ColumnFamilyHandle> handles)
            throws RocksDBException {
        this.database = database;
        this.settings = settings;
        this.positions = handles.getFirst();
        for (ColumnFamilyHandle handle : handles.subList(1, handles.size())) {
            byName.put(new String(handle.getName(), UTF_8).substring(PREFIX.length()), handle);
        }
    }

    static Columns open(Path folder, NativeSettings settings) throws RocksDBException {
        List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
        descriptors.add(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, settings.column()));
        for (byte[] name : existing(folder, settings)) {
            if (new String(name, UTF_8).startsWith(PREFIX)) {
                descriptors.add(new ColumnFamilyDescriptor(name, settings.column()));
            }
        }
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        RocksDB database = RocksDB.open(settings.database(), folder.toString(), descriptors, handles);
        return new Columns(database, settings, handles);
    }

    private static List<byte[]> existing(Path folder, NativeSettings settings) throws RocksDBException {
        if (Files.notExists(folder.resolve("CURRENT"))) {
            return List.of();
        }
        try (Options options = new Options(settings.database(), settings.column())) {
            return RocksDB.listColumnFamilies(options, folder.toString());
        }
    }

    RocksDB database() {
        return database;
    }

    ColumnFamilyHandle positions() {
        return positions;
    }

    /** Null where nothing was ever written to it. */
    @Nullable
    ColumnFamilyHandle find(String column) {
        return byName.get(column);
    }

    ColumnFamilyHandle findOrCreate(String column) throws RocksDBException {
        ColumnFamilyHandle found = byName.get(column);
        if (found == null) {
            found = database.createColumnFamily(
                    new ColumnFamilyDescriptor((PREFIX + column).getBytes(UTF_8), settings.column()));
            byName.put(column, found);
        }
        return found;
    }

    long property(String name) throws RocksDBException {
        return database.getAggregatedLongProperty(name);
    }

    /** The default column family first. */
    List<ColumnFamilyHandle> all() {
        List<ColumnFamilyHandle> all = new ArrayList<>(byName.values());
        all.addFirst(positions);
        return all;
    }

    @Override
    public void close() {
        all().forEach(ColumnFamilyHandle::close);
        database.close();
    }
}
