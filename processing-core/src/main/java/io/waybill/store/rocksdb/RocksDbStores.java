package io.waybill.store.rocksdb;

import io.waybill.store.LocalStore;
import io.waybill.store.LocalStoreException;
import io.waybill.store.LocalStores;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** Each store locks its folder against every other thread and process. Close it after all stores. */
public final class RocksDbStores implements LocalStores {

    private static final String FILES = "files";

    private final Path folder;
    private final NativeSettings settings;
    /** Waits for disks, so that no task has to. */
    private final ExecutorService disk = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("waybill-disk").factory());

    private final Set<TaskId> open = new HashSet<>();
    private final Map<TaskId, RocksDbStore> measured = new HashMap<>();
    private boolean closed;

    public RocksDbStores(RocksDbOptions options) {
        RocksDB.loadLibrary();
        this.folder = options.folder().toAbsolutePath().normalize();
        this.settings = new NativeSettings(options.memoryBytes());
    }

    @Override
    public synchronized LocalStore open(TaskId task) {
        requireOpen();
        Path path = folderOf(task);
        try {
            Files.createDirectories(path);
            boolean exists = Files.exists(path.resolve("CURRENT"));
            Columns columns = Columns.open(path, settings);
            RocksDbStore store = new RocksDbStore(
                    task,
                    columns,
                    files(task, path, exists, columns),
                    settings,
                    () -> closing(task),
                    () -> closed(task));
            open.add(task);
            measured.put(task, store);
            return store;
        } catch (IOException | RocksDBException failure) {
            throw StoreFailures.opening(task, failure);
        }
    }

    /** A crash may have ended a wipe half-way: then there are files, and no database that they could belong to. */
    private TaskFiles files(TaskId task, Path path, boolean exists, Columns columns) throws IOException {
        try {
            return TaskFiles.open(task, path.resolve(FILES), disk, exists);
        } catch (IOException failure) {
            columns.close();
            throw failure;
        }
    }

    /** From now on nobody may ask native code about it. */
    private synchronized void closing(TaskId task) {
        measured.remove(task);
    }

    private synchronized void closed(TaskId task) {
        open.remove(task);
    }

    /** @throws LocalStoreException where the store is open, or its files cannot be removed */
    @Override
    public synchronized void wipe(TaskId task) {
        requireOpen();
        Path path = folderOf(task);
        if (Files.notExists(path)) {
            return;
        }
        try (Options options = new Options(settings.database(), settings.column())) {
            // Takes the lock first: a store in use stays whole. Leaves the files that it does not know.
            RocksDB.destroyDB(path.toString(), options);
            if (Files.exists(path)) {
                deleteAll(path);
            }
        } catch (IOException | RocksDBException failure) {
            throw StoreFailures.wiping(task, failure);
        }
    }

    /** The open stores of a pipeline together. For any thread. */
    public synchronized StoreFigures figures(String pipeline) {
        StoreFigures sum = StoreFigures.NONE;
        for (Map.Entry<TaskId, RocksDbStore> store : measured.entrySet()) {
            if (store.getKey().pipeline().equals(pipeline)) {
                sum = sum.plus(store.getValue().figures());
            }
        }
        return sum;
    }

    /** For any thread. */
    public synchronized MemoryFigures memory() {
        requireOpen();
        return settings.memory();
    }

    private Path folderOf(TaskId task) {
        return folder.resolve(plain(task.pipeline()))
                .resolve(plain(task.stage()))
                .resolve(Integer.toString(task.partition()));
    }

    /** A name is a folder's name, never a way out of the folder. */
    private static String plain(String name) {
        if (name.isEmpty() || name.startsWith(".") || name.contains("/") || name.contains("\\")) {
            throw new IllegalArgumentException("expected a name that can name a folder, but got '%s'".formatted(name));
        }
        return name;
    }

    private static void deleteAll(Path path) throws IOException {
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    // Removed meanwhile, as it was to be.
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                    throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        if (!open.isEmpty()) {
            throw new IllegalStateException("expected all local stores to be closed, but %s are open".formatted(open));
        }
        closed = true;
        disk.shutdown();
        settings.close();
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("expected the local stores to be open, but they were closed");
        }
    }
}
