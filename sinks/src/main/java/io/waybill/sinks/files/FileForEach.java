package io.waybill.sinks.files;

import io.waybill.sink.Handle;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;

/** One file for each handle, visible when it is committed. */
final class FileForEach implements Publication {

    private final Disk disk;
    private final Layout layout;
    private final RolledFiles earlier;

    /** @param earlier for what is left of a time when files rolled */
    FileForEach(Disk disk, Layout layout, RolledFiles earlier) {
        this.disk = disk;
        this.layout = layout;
        this.earlier = earlier;
    }

    @Override
    public void publish(Path staged, Handle handle, Manifest manifest, long stamp, boolean late) throws IOException {
        if (manifest.bytes() == 0) {
            return;
        }
        Path file = layout.folder().resolve(layout.visible(handle, stamp));
        // A rename would replace it without a word.
        if (disk.exists(file) && disk.exists(staged.resolve(Manifest.ROWS))) {
            throw new FileAlreadyExistsException(file.toString());
        }
        try {
            disk.move(staged.resolve(Manifest.ROWS), file);
        } catch (NoSuchFileException another) {
            if (disk.exists(staged.resolve(Manifest.ROWS))) {
                throw another;
            }
        }
        disk.sync(layout.folder());
        try {
            disk.sync(staged);
        } catch (NoSuchFileException another) {
            // It has cleaned up as well.
        }
    }

    @Override
    public void due() throws IOException {
        earlier.due();
    }

    @Override
    public void handOver(int partition) throws IOException {
        earlier.handOver(partition);
    }

    @Override
    public void adopt(Instant now) throws IOException {
        earlier.adopt(now);
    }

    @Override
    public void close() {
        earlier.close();
    }
}
