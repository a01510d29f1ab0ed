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

/** A plain file: unlike a channel it is not closed by an interrupt of the thread that reads it. */
final class TaskFile implements LocalFile {

    private final TaskId task;
    private final TaskFiles files;
    private final Path unsealed;
    private final Path path;
    private final RandomAccessFile file;
    private long size;
    private boolean sealing;
    private boolean closed;
    /** Set by the thread that seals. */
    private volatile boolean sealed;

    private TaskFile(TaskId task, TaskFiles files, Path unsealed, Path path, RandomAccessFile file) throws IOException {
        this.task = task;
        this.files = files;
        this.unsealed = unsealed;
        this.path = path;
        this.file = file;
        this.size = file.length();
    }

    static TaskFile create(TaskId task, TaskFiles files, Path unsealed, Path path) throws IOException {
        return new TaskFile(task, files, unsealed, path, new RandomAccessFile(unsealed.toFile(), "rw"));
    }

    static TaskFile open(TaskId task, TaskFiles files, Path path) throws IOException {
        TaskFile file = new TaskFile(task, files, path, path, new RandomAccessFile(path.toFile(), "r"));
        file.sealing = true;
        file.sealed = true;
        return file;
    }

    @Override
    public String name() {
        return TaskFiles.name(path);
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
            files.disk().execute(this::makeDurable);
        }
    }

    private void makeDurable() {
        SealOrder order = files.order();
        try {
            if (!order.isOpen()) {
                return;
            }
            file.getFD().sync();
            if (order.renamed(() -> Files.move(unsealed, path, StandardCopyOption.ATOMIC_MOVE))) {
                try (FileChannel folder =
                        FileChannel.open(Objects.requireNonNull(path.getParent()), StandardOpenOption.READ)) {
                    folder.force(true);
                }
                sealed = true;
            }
        } catch (IOException | RuntimeException | Error failure) {
            // Also where the store was closed meanwhile: then nobody asks.
            order.failed(failure);
        }
    }

    @Override
    public boolean isSealed() {
        Throwable failure = sealed ? null : files.order().failure();
        if (failure != null) {
            throw StoreFailures.writing(task, new IOException("a file could not be sealed: " + failure, failure));
        }
        return sealed;
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        try {
            end();
        } catch (IOException failed) {
            throw StoreFailures.writing(task, failed);
        }
    }

    void end() throws IOException {
        if (!closed) {
            closed = true;
            file.close();
            if (!sealed && Files.exists(unsealed)) {
                files.remove(unsealed);
            }
        }
    }
}
