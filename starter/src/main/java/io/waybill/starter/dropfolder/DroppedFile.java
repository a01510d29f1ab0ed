package io.waybill.starter.dropfolder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** A file as it was when it was looked at; equal only while it did not change. Ordered by age, then name. */
record DroppedFile(Path path, long size, Instant modified) implements Comparable<DroppedFile> {

    private static final Comparator<DroppedFile> ORDER =
            Comparator.comparing(DroppedFile::modified).thenComparing(DroppedFile::path);

    /** @return null where it is gone, or not meant: hidden, partial, a directory, a link */
    static @Nullable DroppedFile at(Path path) throws IOException {
        String name = path.getFileName().toString();
        if (name.startsWith(".") || name.endsWith(".part")) {
            return null;
        }
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return attributes.isRegularFile()
                    ? new DroppedFile(
                            path,
                            attributes.size(),
                            attributes.lastModifiedTime().toInstant())
                    : null;
        } catch (NoSuchFileException gone) {
            return null;
        }
    }

    /** Whether it was not modified within {@code quiet}. A time in the future is a clock's mistake and settles nothing. */
    boolean settled(Instant now, Duration quiet) {
        return Duration.between(modified, now).abs().compareTo(quiet) >= 0;
    }

    @Override
    public int compareTo(DroppedFile other) {
        return ORDER.compare(this, other);
    }
}
