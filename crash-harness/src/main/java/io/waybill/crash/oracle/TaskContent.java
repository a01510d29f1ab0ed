package io.waybill.crash.oracle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * Everything in the local store of one task, read with plain RocksDB from the folder of an instance that has ended.
 * Message ids of the ids topic stand in other files and are left out: some of them are in memory only, and the resends
 * judge them. So is the time at which the store
 * was written, which is the store's own and not of the log.
 *
 * @param position up to which the changelog is in it
 * @param columns rows by column; bytes as ISO 8859-1
 */
public record TaskContent(String task, long position, Map<String, Map<String, String>> columns) {

    private static final String COLUMN = "c:";
    private static final String MARKERS = "marker";
    private static final String WRITTEN_AT = "\u0001";
    private static final int OFFSET_AT = 20;

    /** The furthest content of each task in any of these folders, by task: others are what former owners left. */
    public static Map<String, TaskContent> ofAll(List<Path> folders) throws IOException, RocksDBException {
        Map<String, TaskContent> all = new TreeMap<>();
        for (Path folder : folders) {
            for (Path store : stores(folder)) {
                TaskContent content = of(folder, store);
                all.merge(content.task(), content, (one, other) -> one.position() >= other.position() ? one : other);
            }
        }
        return all;
    }

    private static List<Path> stores(Path folder) throws IOException {
        if (Files.notExists(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.endsWith("CURRENT"))
                    .map(Path::getParent)
                    .toList();
        }
    }

    private static TaskContent of(Path folder, Path store) throws RocksDBException {
        RocksDB.loadLibrary();
        try (Options listing = new Options();
                DBOptions options = new DBOptions()) {
            List<ColumnFamilyDescriptor> descriptors = RocksDB.listColumnFamilies(listing, store.toString()).stream()
                    .map(ColumnFamilyDescriptor::new)
                    .toList();
            List<ColumnFamilyHandle> handles = new ArrayList<>();
            try (RocksDB database = RocksDB.openReadOnly(options, store.toString(), descriptors, handles)) {
                long position = -1;
                Map<String, Map<String, String>> columns = new TreeMap<>();
                for (ColumnFamilyHandle handle : handles) {
                    String name = new String(handle.getName(), UTF_8);
                    Map<String, String> rows = rows(database, handle);
                    if (name.equals(COLUMN + MARKERS)) {
                        rows.remove(WRITTEN_AT);
                    }
                    if (!name.startsWith(COLUMN)) {
                        position = position(rows);
                    } else if (!rows.isEmpty()) {
                        columns.put(name.substring(COLUMN.length()), rows);
                    }
                }
                handles.forEach(ColumnFamilyHandle::close);
                return new TaskContent(folder.relativize(store).toString(), position, columns);
            }
        }
    }

    private static Map<String, String> rows(RocksDB database, ColumnFamilyHandle column) throws RocksDBException {
        Map<String, String> rows = new TreeMap<>();
        try (RocksIterator row = database.newIterator(column)) {
            for (row.seekToFirst(); row.isValid(); row.next()) {
                rows.put(new String(row.key(), ISO_8859_1), new String(row.value(), ISO_8859_1));
            }
            row.status();
        }
        return rows;
    }

    /** Of the changelog: topic id, leader epoch, next offset. */
    private static long position(Map<String, String> positions) {
        return positions.entrySet().stream()
                .filter(position -> position.getKey().endsWith(".changelog"))
                .mapToLong(position -> ByteBuffer.wrap(position.getValue().getBytes(ISO_8859_1))
                        .getLong(OFFSET_AT))
                .max()
                .orElse(-1);
    }
}
