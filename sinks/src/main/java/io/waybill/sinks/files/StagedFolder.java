package io.waybill.sinks.files;

import io.waybill.sink.Claim;
import io.waybill.sink.Handle;
import io.waybill.sink.Prepared;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * What is prepared: a folder for each handle, which appears whole by one rename and is gone the same way. Names that
 * begin with a tilde are not prepared yet, or not any more.
 */
final class StagedFolder {

    private static final Duration LEFT = Duration.ofHours(1);
    private static final String SCRATCH = "~";
    /** Nobody needs it any more, and whoever moved it there was about to delete it. */
    private static final String ENDED = "ended";

    private final Disk disk;
    private final Layout layout;

    StagedFolder(Disk disk, Layout layout) {
        this.disk = disk;
        this.layout = layout;
    }

    /** What a look at a handle's folder tells. */
    sealed interface Look {

        /** All as it was written. */
        record Sound(Manifest manifest) implements Look {}

        /** Without rows: they are visible, or somebody took them. */
        record Taken() implements Look {}

        record Damaged(String reason) implements Look {}

        record Nothing() implements Look {}
    }

    Path of(Handle handle) {
        return layout.staged().resolve(handle.text());
    }

    /** Writes rows and manifest where nobody looks for them. */
    void write(Path scratch, List<FileRow> rows, List<Claim> claims) throws IOException {
        disk.createFolder(scratch);
        disk.write(scratch.resolve(Manifest.ROWS), out -> {
            for (FileRow row : rows) {
                out.write(row.content());
            }
        });
        disk.write(
                scratch.resolve(Manifest.NAME),
                out -> out.write(Manifest.of(rows, claims).text()));
        disk.sync(scratch);
    }

    /** From here on it is prepared. */
    void show(Path scratch, Handle handle) throws IOException {
        disk.move(scratch, of(handle));
        disk.sync(layout.staged());
    }

    Look look(Handle handle) throws IOException {
        Path folder = of(handle);
        List<String> names;
        try {
            names = disk.list(folder);
        } catch (NoSuchFileException nothing) {
            return new Look.Nothing();
        }
        if (isTaken(names)) {
            return new Look.Taken();
        }
        try {
            Manifest manifest = Manifest.read(disk, folder);
            manifest.copy(disk, folder, OutputStream.nullOutputStream());
            return new Look.Sound(manifest);
        } catch (IOException damaged) {
            return lookAgain(folder, damaged);
        }
    }

    /** Another may have committed it meanwhile; then nothing is damaged. */
    private Look lookAgain(Path folder, IOException damaged) throws IOException {
        try {
            return isTaken(disk.list(folder)) ? new Look.Taken() : new Look.Damaged(damaged.toString());
        } catch (NoSuchFileException nothing) {
            return new Look.Nothing();
        }
    }

    private static boolean isTaken(List<String> names) {
        return names.contains(Manifest.NAME) && !names.contains(Manifest.ROWS);
    }

    List<Handle> handles() throws IOException {
        List<Handle> handles = new ArrayList<>();
        for (String name : disk.list(layout.staged())) {
            Handle handle = Handle.parse(name);
            if (handle != null && handle.tag().equals(layout.tag())) {
                handles.add(handle);
            }
        }
        return handles;
    }

    /** @param now by the file system's clock */
    List<Prepared> prepared(Instant now) throws IOException {
        List<Prepared> prepared = new ArrayList<>();
        for (Handle handle : handles()) {
            try {
                Duration age = Duration.between(disk.modified(of(handle)), now);
                prepared.add(new Prepared(handle, age.isNegative() ? Duration.ZERO : age));
            } catch (NoSuchFileException ended) {
                // By another, just now.
            }
        }
        return prepared;
    }

    /** Nothing is prepared under this name any more; what it holds goes by and by. */
    void forget(Handle handle) throws IOException {
        Path scratch = scratch(ENDED);
        try {
            disk.move(of(handle), scratch);
        } catch (NoSuchFileException ended) {
            return;
        }
        disk.sync(layout.staged());
        Folders.delete(disk, scratch);
    }

    /** What crashed before it was prepared, or after it was ended. Moved first: a late rename of it then fails. */
    void sweep(Instant now) throws IOException {
        for (String name : disk.list(layout.staged())) {
            Path left = layout.staged().resolve(name);
            try {
                if (name.startsWith(SCRATCH + ENDED + SCRATCH)
                        || (name.startsWith(SCRATCH) && disk.modified(left).isBefore(now.minus(LEFT)))) {
                    Path mine = scratch(ENDED);
                    disk.move(left, mine);
                    Folders.delete(disk, mine);
                }
            } catch (NoSuchFileException gone) {
                // Another sweeps too.
            }
        }
    }

    /** By the clock that stamps the files, which may be another machine's. */
    Instant now() throws IOException {
        Path probe = scratch("now");
        disk.createFolder(probe);
        Instant now = disk.modified(probe);
        disk.delete(probe);
        return now;
    }

    /** A name that nobody else uses. */
    Path scratch(String name) {
        return layout.staged().resolve(SCRATCH + name + SCRATCH + Layout.hex(UUID.randomUUID()));
    }
}
