package io.waybill.store.rocksdb;

import io.waybill.store.LocalFile;
import io.waybill.store.LocalFiles;
import io.waybill.store.LocalStores.TaskId;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/** In a folder beside RocksDB's files. One that is not sealed has another name, and is removed when the store is opened. */
final class TaskFiles implements LocalFiles, AutoCloseable {

    private static final String UNSEALED = ".unsealed";

    private final TaskId task;
    private final Path folder;
    private final Executor sealer;
    private final List<TaskFile> open = new ArrayList<>();

    private TaskFiles(TaskId task, Path folder, Executor sealer) {
        this.task = task;
        this.folder = folder;
        this.sealer = sealer;
    }

    /** @param sealer one thread, so that files are sealed in their order */
    static TaskFiles open(TaskId task, Path folder, Executor sealer) throws IOException {
        Files.createDirectories(folder);
        TaskFiles files = new TaskFiles(task, folder, sealer);
        for (String name : files.list()) {
            if (name.endsWith(UNSEALED)) {
                Files.delete(folder.resolve(name));
            }
        }
        return files;
    }

    private List<String> list() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Override
    public LocalFile create(String name) {
        try {
            Path sealed = folder.resolve(name);
            Path unsealed = folder.resolve(name + UNSEALED);
            if (Files.exists(sealed) || Files.exists(unsealed)) {
                throw new IOException("there is a file %s already".formatted(name));
            }
            return opened(TaskFile.create(task, unsealed, sealed, sealer));
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
            return opened(TaskFile.open(task, sealed, sealer));
        } catch (IOException failure) {
            throw StoreFailures.reading(task, failure);
        }
    }

    private TaskFile opened(TaskFile file) {
        open.removeIf(TaskFile::isClosed);
        open.add(file);
        return file;
    }

    @Override
    public List<String> names() {
        try {
            return list().stream().filter(name -> !name.endsWith(UNSEALED)).toList();
        } catch (IOException failure) {
            throw StoreFailures.reading(task, failure);
        }
    }

    /** Of all files. For any thread. */
    long bytes() {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(Path::toFile).mapToLong(File::length).sum();
        } catch (IOException failure) {
            throw StoreFailures.reading(task, failure);
        }
    }

    @Override
    public void delete(String name) {
        try {
            Files.delete(folder.resolve(name));
        } catch (IOException failure) {
            throw StoreFailures.writing(task, failure);
        }
    }

    @Override
    public void close() {
        open.forEach(TaskFile::close);
    }
}
