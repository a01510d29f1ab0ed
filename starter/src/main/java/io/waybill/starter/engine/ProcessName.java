package io.waybill.starter.engine;

import io.waybill.engine.InvalidOptionException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * What the threads of this process are called. Whoever comes back to a state folder is called as the one before, so that
 * it ends what that one left open: reports and incidents. Two processes are never called the same: a second one in the
 * same folder gets a name for its time only, and a copy of the folder elsewhere makes another name.
 */
final class ProcessName implements AutoCloseable {

    private static final String FILE = "process";
    /** As text. */
    private static final int LONGEST = 100;

    private final @Nullable FileChannel channel;
    private final String text;

    private ProcessName(@Nullable FileChannel channel, String text) {
        this.channel = channel;
        this.text = text;
    }

    /** One that a person chose; it holds nothing. */
    static ProcessName of(String chosen) {
        return new ProcessName(null, chosen);
    }

    /**
     * The operating system holds the lock, so the name is free when the process ends, however that ends.
     *
     * @throws InvalidOptionException where the folder cannot be written to
     */
    static ProcessName in(Path stateFolder) {
        try {
            Path folder = Files.createDirectories(stateFolder).toRealPath();
            FileChannel channel = FileChannel.open(
                    folder.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            try {
                if (lock(channel) == null) {
                    channel.close();
                    return of(Uuid.randomUuid().toString());
                }
                return new ProcessName(channel, nameOf(host() + "/" + folder + "/" + seed(channel)));
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException unusable) {
            throw InvalidOptionException.folderUnusable("waybill.state-folder", stateFolder, unusable);
        }
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException another) {
            return null;
        }
    }

    private static String seed(FileChannel channel) throws IOException {
        ByteBuffer there = ByteBuffer.allocate(LONGEST);
        channel.read(there, 0);
        if (there.position() > 0) {
            return new String(there.array(), 0, there.position(), StandardCharsets.UTF_8);
        }
        String seed = Uuid.randomUuid().toString();
        channel.write(ByteBuffer.wrap(seed.getBytes(StandardCharsets.UTF_8)), 0);
        return seed;
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            return "";
        }
    }

    private static String nameOf(String place) {
        UUID hash = UUID.nameUUIDFromBytes(place.getBytes(StandardCharsets.UTF_8));
        return new Uuid(hash.getMostSignificantBits(), hash.getLeastSignificantBits()).toString();
    }

    String text() {
        return text;
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }
}
