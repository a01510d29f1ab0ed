package io.waybill.sinks.files;

import io.waybill.sink.Handle;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Joins the parts of one folder to one visible file. The joined file is durable before the parts go, and the parts are
 * gone for good before it is visible: at no moment can rows be seen twice, or be lost, or be joined again.
 */
final class Roll {

    private static final String JOINING = "joining~";
    private static final String JOINED = "joined~";

    private final Disk disk;
    private final Layout layout;

    Roll(Disk disk, Layout layout) {
        this.disk = disk;
        this.layout = layout;
    }

    /** Sorted by name, parts are in the order of their commits. */
    static String part(Handle handle, long stamp) {
        return String.format(Locale.ROOT, "%015d~%s", stamp, handle.text());
    }

    private static @Nullable Handle handle(String part) {
        int end = part.indexOf('~');
        return end < 0 || !part.substring(0, end).chars().allMatch(Character::isDigit)
                ? null
                : Handle.parse(part.substring(end + 1));
    }

    boolean concerns(Path folder, int partition) throws IOException {
        for (String name : list(folder)) {
            Handle handle = handle(name);
            if (name.startsWith(JOINED) || (handle != null && handle.concerns(partition))) {
                return true;
            }
        }
        return false;
    }

    private List<String> list(Path folder) throws IOException {
        try {
            return disk.list(folder);
        } catch (NoSuchFileException gone) {
            return List.of();
        }
    }

    /** Goes on wherever an earlier try ended. A folder that is gone was rolled by another. */
    void roll(Path folder) throws IOException {
        List<String> names = list(folder);
        List<String> parts =
                names.stream().filter(name -> handle(name) != null).sorted().toList();
        String joined = names.stream()
                .filter(name -> name.startsWith(JOINED))
                .findFirst()
                .orElse(null);
        try {
            if (joined == null && !parts.isEmpty()) {
                joined = join(folder, parts);
            }
            if (joined != null) {
                show(folder, parts, joined);
            }
        } catch (NoSuchFileException gone) {
            // Either another took the folder over, and shows it, or somebody takes files away.
            if (disk.exists(folder)) {
                throw gone;
            }
            return;
        }
        Folders.delete(disk, folder);
    }

    private String join(Path folder, List<String> parts) throws IOException {
        // A name of its own: who lost the folder may still be writing.
        Path joining = folder.resolve(JOINING + Layout.hex(UUID.randomUUID()));
        disk.write(joining, out -> {
            for (String part : parts) {
                Path staged = folder.resolve(part);
                Manifest.read(disk, staged).copy(disk, staged, out);
            }
        });
        String last = parts.getLast();
        Handle handle = handle(last);
        if (handle == null) {
            throw new IllegalStateException("expected a part, but was " + last);
        }
        String joined = JOINED + layout.visible(handle, Long.parseLong(last.substring(0, last.indexOf('~'))));
        disk.move(joining, folder.resolve(joined));
        disk.sync(folder);
        return joined;
    }

    private void show(Path folder, List<String> parts, String joined) throws IOException {
        for (String part : parts) {
            Folders.delete(disk, folder.resolve(part));
        }
        disk.sync(folder);
        Path file = layout.folder().resolve(joined.substring(JOINED.length()));
        if (disk.exists(file)) {
            throw new FileAlreadyExistsException(file.toString());
        }
        disk.move(folder.resolve(joined), file);
        disk.sync(layout.folder());
        disk.sync(folder);
    }
}
