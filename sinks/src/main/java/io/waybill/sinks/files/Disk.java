package io.waybill.sinks.files;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * What the sink asks of a file system. A missing path shows as {@link java.nio.file.NoSuchFileException}, one that is
 * there already as {@link java.nio.file.FileAlreadyExistsException}. What is in a folder is durable once the folder was
 * synced.
 */
interface Disk {

    boolean isFolder(Path path) throws IOException;

    boolean exists(Path path) throws IOException;

    /** By the file system's own clock. */
    Instant modified(Path path) throws IOException;

    /** Names, in no order. */
    List<String> list(Path folder) throws IOException;

    boolean isOneStore(Path one, Path other) throws IOException;

    /** One level; nothing happens where it is there. */
    void createFolder(Path folder) throws IOException;

    /** An empty file. Of all who try, on whichever machine, one succeeds. */
    void createNew(Path file) throws IOException;

    /** A new file whose content is durable when this returns. */
    void write(Path file, Content content) throws IOException;

    InputStream read(Path file) throws IOException;

    void sync(Path folder) throws IOException;

    /** A file or a folder, atomically: nobody ever sees it at both places or at none. */
    void move(Path from, Path to) throws IOException;

    /** A file or an empty folder. */
    void delete(Path path) throws IOException;

    /** What a file is to hold. */
    interface Content {
        void writeTo(OutputStream out) throws IOException;
    }
}
