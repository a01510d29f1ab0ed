package io.waybill.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A folder that one process uses at a time. The operating system holds the lock, so it ends with the process however
 * that ends; the process id in the file only serves the message to the second one.
 */
final class DataFolder implements AutoCloseable {

    private final Path path;
    private final FileChannel channel;

    private DataFolder(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    static DataFolder lock(Path folder) {
        try {
            Path path = Files.createDirectories(folder.toAbsolutePath().normalize());
            return new DataFolder(path, locked(path));
        } catch (IOException unusable) {
            throw EmbeddedServerException.folderUnusable(folder, unusable);
        }
    }

    private static FileChannel locked(Path folder) throws IOException {
        Path file = folder.resolve("in-use-by");
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() == null) {
                throw EmbeddedServerException.folderInUse(folder, "process " + Files.readString(file));
            }
            byte[] pid = Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII);
            channel.truncate(0).write(ByteBuffer.wrap(pid), 0);
            return channel;
        } catch (OverlappingFileLockException same) {
            channel.close();
            throw EmbeddedServerException.folderInUse(folder, "this process itself");
        } catch (IOException | RuntimeException failure) {
            channel.close();
            throw failure;
        }
    }

    /** Absolute and normalised. */
    Path path() {
        return path;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException unusable) {
            throw EmbeddedServerException.folderUnusable(path, unusable);
        }
    }
}
