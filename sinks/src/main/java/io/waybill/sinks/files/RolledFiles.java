package io.waybill.sinks.files;

import io.waybill.sink.Handle;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files that hold the rows of several handles. Committed handles are moved, each by one rename, into a folder of this
 * participant; a roll joins them to one file. Whoever wants to roll what another has left renames its folder first: all
 * that the other still does there fails, so no two ever roll the same.
 */
final class RolledFiles implements Publication {

    private static final Logger LOG = LoggerFactory.getLogger(RolledFiles.class);
    private static final Duration GRACE = Duration.ofMinutes(1);

    private final Disk disk;
    private final Layout layout;
    private final Rolling rolling;
    private final InstantSource clock;
    private final Roll roll;
    /** Of this participant, begun or to be begun; a failure leaves them here. */
    private final Set<String> rolls = new TreeSet<>();

    private @Nullable Open open;

    /** The folder that takes what is committed. */
    private static final class Open {
        final String name = Layout.hex(UUID.randomUUID());
        final Instant since;
        long bytes;

        Open(Instant since) {
            this.since = since;
        }
    }

    RolledFiles(Disk disk, Layout layout, Rolling rolling, InstantSource clock) {
        this.disk = disk;
        this.layout = layout;
        this.rolling = rolling;
        this.clock = clock;
        this.roll = new Roll(disk, layout);
    }

    @Override
    public void publish(Path staged, Handle handle, Manifest manifest, long stamp, boolean late) throws IOException {
        Open taking = take(staged, Roll.part(handle, stamp));
        if (taking == null) {
            return;
        }
        taking.bytes += manifest.bytes();
        try {
            if (late) {
                close(taking);
            }
            due();
        } catch (IOException failed) {
            // The rows are committed; the next call tries again and says so.
            LOG.warn("rows below {} are committed, but cannot be shown yet: {}", layout.rolling(), failed.toString());
        }
    }

    /** Null where another committed it. */
    private @Nullable Open take(Path staged, String part) throws IOException {
        while (true) {
            Open taking = open;
            if (taking == null) {
                taking = new Open(clock.instant());
                disk.createFolder(folder(taking.name));
                disk.sync(layout.rolling());
                open = taking;
            }
            try {
                disk.move(staged, folder(taking.name).resolve(part));
                disk.sync(folder(taking.name));
                disk.sync(layout.staged());
                return taking;
            } catch (NoSuchFileException gone) {
                if (!disk.exists(staged)) {
                    disk.sync(layout.rolling());
                    disk.sync(layout.staged());
                    return null;
                }
                if (disk.exists(folder(taking.name))) {
                    throw gone;
                }
                // Somebody took this participant for dead, and its folder over.
                open = null;
            }
        }
    }

    @Override
    public void due() throws IOException {
        Open waiting = open;
        if (waiting != null
                && (waiting.bytes >= rolling.bytes()
                        || !clock.instant().isBefore(waiting.since.plus(rolling.every())))) {
            close(waiting);
        }
        for (String name : List.copyOf(rolls)) {
            roll.roll(folder(name));
            rolls.remove(name);
        }
    }

    private void close(Open full) {
        rolls.add(full.name);
        open = null;
    }

    @Override
    public void handOver(int partition) throws IOException {
        for (String name : disk.list(layout.rolling())) {
            if (roll.concerns(folder(name), partition)) {
                takeOver(name);
            }
        }
        due();
    }

    @Override
    public void adopt(Instant now) throws IOException {
        Duration patience = GRACE.plus(rolling.every());
        for (String name : disk.list(layout.rolling())) {
            try {
                if (!isMine(name) && disk.modified(folder(name)).isBefore(now.minus(patience))) {
                    takeOver(name);
                }
            } catch (NoSuchFileException gone) {
                // Its owner has rolled it.
            }
        }
        due();
    }

    @Override
    public void close() {
        try {
            if (open != null) {
                close(open);
            }
            due();
        } catch (IOException failed) {
            LOG.info("rows below {} wait for another to show them: {}", layout.rolling(), failed.toString());
        }
    }

    private boolean isMine(String name) {
        return rolls.contains(name) || (open != null && open.name.equals(name));
    }

    private void takeOver(String name) throws IOException {
        if (open != null && open.name.equals(name)) {
            close(open);
        }
        if (isMine(name)) {
            return;
        }
        String mine = Layout.hex(UUID.randomUUID());
        try {
            disk.move(folder(name), folder(mine));
        } catch (NoSuchFileException gone) {
            return;
        }
        rolls.add(mine);
        disk.sync(layout.rolling());
    }

    private Path folder(String name) {
        return layout.rolling().resolve(name);
    }
}
