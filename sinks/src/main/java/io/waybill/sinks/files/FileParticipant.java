package io.waybill.sinks.files;

import io.waybill.sink.Claim;
import io.waybill.sink.Fence;
import io.waybill.sink.Handle;
import io.waybill.sink.Participant;
import io.waybill.sink.Prepared;
import io.waybill.sink.TwoPhaseSink.Row;
import io.waybill.sink.Verdict;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One thread's end of a file sink. It holds no file open between two calls. */
final class FileParticipant implements Participant {

    private static final Logger LOG = LoggerFactory.getLogger(FileParticipant.class);

    private final Disk disk;
    private final Layout layout;
    private final InstantSource clock;
    private final FenceFolder fence;
    private final StagedFolder staged;
    private final Publication publication;
    private final List<FileRow> written = new ArrayList<>();
    private @Nullable Last last;

    /** What this participant prepared last: nobody else knows whose it was once its folder is gone. */
    private record Last(Handle handle, List<Claim> claims) {}

    FileParticipant(Disk disk, Layout layout, Publication publication, InstantSource clock) {
        this.disk = disk;
        this.layout = layout;
        this.clock = clock;
        this.fence = new FenceFolder(disk, layout.fence());
        this.staged = new StagedFolder(disk, layout);
        this.publication = publication;
    }

    @Override
    public Fence raise(int partition, Duration patience) {
        return asked("raise the epoch of partition " + partition, () -> {
            prepareFolders();
            long epoch = fence.raise(partition);
            // What is staged may be committed by another between this and the list, and would move the offset.
            if (staged.handles().stream().anyMatch(handle -> handle.concerns(partition))) {
                return new Fence.Held();
            }
            publication.handOver(partition);
            return new Fence.Raised(epoch, fence.settle(partition));
        });
    }

    private void prepareFolders() throws IOException {
        requireFolder();
        for (Path hidden : List.of(layout.hidden(), layout.base(), layout.fence(), layout.staged(), layout.rolling())) {
            disk.createFolder(hidden);
            if (!disk.isOneStore(hidden, layout.folder())) {
                throw FilesUnusableException.otherStore(hidden, layout.folder());
            }
        }
        for (Path above : List.of(layout.folder(), layout.hidden(), layout.base())) {
            disk.sync(above);
        }
    }

    private void requireFolder() throws IOException {
        if (!disk.isFolder(layout.folder())) {
            throw FilesUnusableException.noFolder(layout.folder());
        }
    }

    @Override
    public List<Prepared> prepared() {
        return asked("list what is prepared", () -> {
            requireFolder();
            if (!disk.isFolder(layout.base())) {
                return List.of();
            }
            Instant now = staged.now();
            publication.adopt(now);
            staged.sweep(now);
            return staged.prepared(now);
        });
    }

    @Override
    public void write(int partition, Row row) {
        written.add((FileRow) row);
    }

    @Override
    public void prepare(Handle handle, List<Claim> claims, Duration budget) {
        List<FileRow> rows = List.copyOf(written);
        written.clear();
        last = new Last(handle, List.copyOf(claims));
        Instant until = clock.instant().plus(budget);
        Path scratch = staged.scratch(handle.text());
        boolean done = false;
        try {
            done = asked("stage " + handle.text(), () -> {
                fence.requireOwner(handle, claims);
                staged.write(scratch, rows, claims);
                // Whoever raises an epoch after this lists what is staged afterwards, or lets the janitor find it.
                fence.requireOwner(handle, claims);
                if (clock.instant().isAfter(until)) {
                    throw FilesUnusableException.tooLate(handle, budget);
                }
                staged.show(scratch, handle);
                return true;
            });
        } finally {
            if (!done) {
                drop(scratch);
            }
        }
    }

    /** A full disk should not fill further. */
    private void drop(Path scratch) {
        try {
            Folders.delete(disk, scratch);
        } catch (IOException left) {
            LOG.debug("{} is left for a later sweep: {}", scratch, left.toString());
        }
    }

    @Override
    public Verdict commit(Handle handle) {
        try {
            publication.due();
        } catch (IOException failed) {
            return new Verdict.RetryLater("rows committed before cannot be shown: " + failed);
        }
        try {
            return switch (staged.look(handle)) {
                case StagedFolder.Look.Sound sound -> commit(handle, sound.manifest());
                case StagedFolder.Look.Taken taken -> taken(handle);
                case StagedFolder.Look.Damaged damaged -> new Verdict.Rejected(damaged.reason());
                case StagedFolder.Look.Nothing nothing -> gone(handle);
            };
        } catch (FileAlreadyExistsException foreign) {
            return new Verdict.Rejected("expected no file %s, but there is one".formatted(foreign.getMessage()));
        } catch (IOException failed) {
            return new Verdict.Unknown(
                    "expected to commit %s in %s, but %s".formatted(handle.text(), layout.folder(), failed));
        }
    }

    private Verdict commit(Handle handle, Manifest manifest) throws IOException {
        List<Claim> claims = manifest.claims();
        long stamp = fence.begin(handle, claims, clock.millis());
        FenceFolder.Names names = fence.read();
        boolean late = claims.stream().anyMatch(claim -> names.epoch(claim.partition()) != claim.epoch());
        publication.publish(staged.of(handle), handle, manifest, stamp, late);
        staged.forget(handle);
        for (Claim claim : claims) {
            long unused = fence.settle(claim.partition());
        }
        return new Verdict.Committed();
    }

    /** A commit ended between making the rows visible and tidying up, or nothing of the kind. */
    private Verdict taken(Handle handle) throws IOException {
        if (!fence.read().began(handle)) {
            return new Verdict.Rejected("the rows of %s are gone from %s, and were not committed"
                    .formatted(handle.text(), staged.of(handle)));
        }
        syncCommitted();
        staged.forget(handle);
        return new Verdict.AlreadyCommitted();
    }

    /** Only what was committed leaves an offset behind; what somebody deleted does not. */
    private Verdict gone(Handle handle) throws IOException {
        FenceFolder.Names names = fence.read();
        Last mine = last;
        boolean superseded = mine != null && mine.handle().equals(handle) && names.isBehind(mine.claims());
        if (!names.beganThisOrALater(handle) && !superseded) {
            return new Verdict.Rejected("nothing is staged under %s in %s, and no offset says that it was committed"
                    .formatted(handle.text(), layout.staged()));
        }
        syncCommitted();
        return new Verdict.AlreadyCommitted();
    }

    /** Whoever moved the rows may have died before it was durable. */
    private void syncCommitted() throws IOException {
        disk.sync(layout.folder());
        disk.sync(layout.staged());
    }

    @Override
    public void abort(Handle handle) {
        boolean unused = asked("abort " + handle.text(), () -> {
            if (disk.exists(staged.of(handle))) {
                if (fence.read().began(handle)) {
                    throw FilesUnusableException.commitBegan(handle);
                }
                staged.forget(handle);
            }
            return true;
        });
    }

    @Override
    public void discard() {
        written.clear();
    }

    @Override
    public void close() {
        written.clear();
        publication.close();
    }

    private <R> R asked(String step, Question<R> question) {
        try {
            return question.ask();
        } catch (IOException failed) {
            throw FilesUnusableException.of(step, layout.folder(), failed);
        }
    }

    /** Something that asks the disk. */
    private interface Question<R> {
        R ask() throws IOException;
    }
}
