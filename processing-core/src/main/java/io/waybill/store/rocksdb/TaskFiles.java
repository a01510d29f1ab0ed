package io.waybill.store.rocksdb;

import io.waybill.store.LocalFile;
import io.waybill.store.LocalFiles;
import io.waybill.store.LocalStores.TaskId;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/**
 * In a folder beside RocksDB's files. A file that is not sealed has another name, and so has one that is to be removed:
 * what takes as long as a disk takes is left to another thread, and a crash leaves nothing that could be mistaken.
 */
final class TaskFiles implements LocalFiles, AutoCloseable {

    private static final String UNSEALED = ".unsealed";
    private static final String REMOVED = ".removed";

    private final TaskId task;
    private final Path folder;
    private final Executor disk;
    private final SealOrder order = new SealOrder();
    private final List<TaskFile> open = new ArrayList<>();

    private TaskFiles(TaskId task, Path folder, Executor disk) {
        this.task = task;
        this.folder = folder;
        this.disk = disk;
    }

    /**
     * Nobody else may have the store open.
     *
     * @param disk one thread, so that files are sealed in their order
     * @param ofThisStore false where the folder can only hold what an earlier store has left
     */
    static TaskFiles open(TaskId task, Path folder, Executor disk, boolean ofThisStore) throws IOException {
        Files.createDirectories(folder);
        TaskFiles files = new TaskFiles(task, folder, disk);
        for (String name : files.list()) {
            if (!ofThisStore || !isSealed(name)) {
                files.remove(folder.resolve(name));
            }
        }
        return files;
    }

    private List<String> list() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(TaskFiles::name).sorted().toList();
        } catch (UncheckedIOException failure) {
            throw failure.getCause();
        }
    }

    static String name(Path file) {
        return Objects.requireNonNull(file.getFileName()).toString();
    }

    private static boolean isSealed(String name) {
        return !name.endsWith(UNSEALED) && !name.endsWith(REMOVED);
    }

    /** Its name is free from now on, its space later. */
    void remove(Path file) throws IOException {
        Path removed = file.resolveSibling(name(file) + REMOVED);
        Files.move(file, removed, StandardCopyOption.ATOMIC_MOVE);
        disk.execute(() -> {
            // What is left over by a failure is removed when the store is opened.
            boolean unused = removed.toFile().delete();
        });
    }

    @Override
    public LocalFile create(String name) {
        try {
            Path sealed = folder.resolve(name);
            Path unsealed = folder.resolve(name + UNSEALED);
            if (Files.exists(sealed) || Files.exists(unsealed)) {
                throw new IOException("there is a file %s already".formatted(name));
            }
            return opened(TaskFile.create(task, this, unsealed, sealed));
        } catch (IOException failure) {
            throw StoreFailures.writing(task, failure);
        }
    }

    @Override
    public LocalFile open(String name) {
        try {
            Path sealed = folder.resolve(name);
            if (!Files.isRegularFile(sealed)) {
                throw new IOException("there is no file %s".formatted(name));
            }
            return opened(TaskFile.open(task, this, sealed));
        } catch (IOException failure) {
            throw StoreFailures.reading(task, failure);
        }
    }

    private TaskFile opened(TaskFile file) {
        open.removeIf(TaskFile::isClosed);
        open.add(file);
        return file;
    }

    SealOrder order() {
        return order;
    }

    Executor disk() {
        return disk;
    }

    @Override
    public List<String> names() {
        try {
            return list().stream().filter(TaskFiles::isSealed).toList();
        } catch (IOException failure) {
            throw StoreFailures.reading(task, failure);
        }
    }

    /** Of all files. For any thread. */
    long bytes() {
        try {
            return list().stream()
                    .map(folder::resolve)
                    .map(Path::toFile)
                    .mapToLong(File::length)
                    .sum();
        } catch (IOException failure) {
            throw StoreFailures.reading(task, failure);
        }
    }

    @Override
    public void delete(String name) {
        try {
            remove(folder.resolve(name));
        } catch (IOException failure) {
            throw StoreFailures.writing(task, failure);
        }
    }

    /** First nothing is sealed any more: a file must not be there where one before it is not. */
    @Override
    public void close() {
        order.end();
        IOException first = null;
        for (TaskFile file : open) {
            try {
                file.end();
            } catch (IOException failure) {
                first = first == null ? failure : first;
            }
        }
        if (first != null) {
            throw StoreFailures.writing(task, first);
        }
    }
}
