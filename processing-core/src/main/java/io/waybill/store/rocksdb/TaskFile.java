package io.waybill.store.rocksdb;

import io.waybill.store.LocalFile;
import io.waybill.store.LocalStores.TaskId;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** A plain file: unlike a channel it is not closed by an interrupt of the thread that reads it. */
final class TaskFile implements LocalFile {

    private final TaskId task;
    private final Path unsealed;
    private final Path path;
    private final Executor sealer;
    private final RandomAccessFile file;
    private long size;
    private boolean sealing;
    /** Guarded by this, as the file's name is: who closes a file may remove it, or make another one of its name. */
    private boolean sealed;

    private boolean closed;
    private @Nullable IOException failure;

    private TaskFile(TaskId task, Path unsealed, Path path, Executor sealer, RandomAccessFile file) throws IOException {
        this.task = task;
        this.unsealed = unsealed;
        this.path = path;
        this.sealer = sealer;
        this.file = file;
        this.size = file.length();
    }

    static TaskFile create(TaskId task, Path unsealed, Path path, Executor sealer) throws IOException {
        return new TaskFile(task, unsealed, path, sealer, new RandomAccessFile(unsealed.toFile(), "rw"));
    }

    static TaskFile open(TaskId task, Path path, Executor sealer) throws IOException {
        TaskFile file = new TaskFile(task, path, path, sealer, new RandomAccessFile(path.toFile(), "r"));
        file.sealing = true;
        file.sealed = true;
        return file;
    }

    @Override
    public String name() {
        return Objects.requireNonNull(path.getFileName()).toString();
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void append(byte[] bytes, int from, int length) {
        if (sealing) {
            throw new IllegalStateException(
                    "expected %s to be open for writing, but it is being sealed".formatted(path));
        }
        try {
            file.seek(size);
            file.write(bytes, from, length);
            size += length;
        } catch (IOException failed) {
            throw StoreFailures.writing(task, failed);
        }
    }

    @Override
    public void read(long position, byte[] into) {
        try {
            file.seek(position);
            file.readFully(into);
        } catch (IOException failed) {
            throw StoreFailures.reading(
                    task,
                    new IOException("%s of %d bytes gives none at %d for %d: %s"
                            .formatted(name(), size, position, into.length, failed)));
        }
    }

    @Override
    public void seal() {
        if (!sealing) {
            sealing = true;
            sealer.execute(this::makeDurable);
        }
    }

    private void makeDurable() {
        try {
            if (!isClosed()) {
                file.getFD().sync();
                rename();
            }
        } catch (IOException failed) {
            synchronized (this) {
                failure = failed;
            }
        }
    }

    private synchronized void rename() throws IOException {
        if (!closed) {
            Files.move(unsealed, path, StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel folder =
                    FileChannel.open(Objects.requireNonNull(path.getParent()), StandardOpenOption.READ)) {
                folder.force(true);
            }
            sealed = true;
        }
    }

    @Override
    public synchronized boolean isSealed() {
        if (failure != null) {
            throw StoreFailures.writing(task, failure);
        }
        return sealed;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            file.close();
            if (!sealed) {
                Files.delete(unsealed);
            }
        } catch (IOException failed) {
            throw StoreFailures.writing(task, failed);
        }
    }
}
