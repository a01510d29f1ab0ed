package io.waybill.sinks.files;

import io.waybill.sink.Claim;
import io.waybill.sink.Fence;
import io.waybill.sink.Handle;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The fence row of each partition as names of empty files, of which the greatest counts. A name is created by one only,
 * and nothing is ever replaced: so whoever acts late, with whatever it read before, can neither lower an epoch nor undo
 * what a later commit wrote. No lock is needed, and no name is ever half written.
 */
final class FenceFolder {

    private static final Pattern OWNED = Pattern.compile("(\\d{1,9})\\.epoch\\.(\\d{1,18})");
    private static final Pattern COMMITTED = Pattern.compile(
            "(\\d{1,9})\\.next\\.(\\d{1,18})\\.(\\d{1,18})\\.(\\d{1,18})\\.(\\d{1,18})\\.([0-9a-f]{32})");
    private static final int TRIES = 100;

    private final Disk disk;
    private final Path folder;

    FenceFolder(Disk disk, Path folder) {
        this.disk = disk;
        this.folder = folder;
    }

    /** Somebody owns the partition since. */
    private record Owned(int partition, long epoch, String name) {}

    /**
     * A claim that was committed, or whose commit has begun. Claims of one partition are ordered by epoch and sequence:
     * an epoch is one life's.
     */
    record Committed(int partition, long epoch, long sequence, long next, long stamp, String life) {

        static final Comparator<Committed> ORDER =
                Comparator.comparingLong(Committed::epoch).thenComparingLong(Committed::sequence);

        String name() {
            return "%d.next.%d.%d.%d.%d.%s".formatted(partition, epoch, sequence, next, stamp, life);
        }
    }

    /** What stood there at one moment. */
    record Names(List<Owned> owned, List<Committed> committed) {

        long epoch(int partition) {
            return owned.stream()
                    .filter(name -> name.partition() == partition)
                    .mapToLong(Owned::epoch)
                    .max()
                    .orElse(0);
        }

        @Nullable
        Committed last(int partition) {
            return committed.stream()
                    .filter(name -> name.partition() == partition)
                    .max(Committed.ORDER)
                    .orElse(null);
        }

        /** Its commit has begun: from here on it may only go on. */
        boolean began(Handle handle) {
            return of(handle).stream().anyMatch(name -> name.sequence() == handle.sequence());
        }

        /** A life commits its checkpoints in turn. */
        boolean beganThisOrALater(Handle handle) {
            return of(handle).stream().anyMatch(name -> name.sequence() >= handle.sequence());
        }

        /** Whoever owned each partition after this claim has committed, so it had resolved the claim before (R7). */
        boolean isBehind(List<Claim> claims) {
            return !claims.isEmpty()
                    && claims.stream().allMatch(claim -> {
                        Committed last = last(claim.partition());
                        return last != null && last.epoch() > claim.epoch();
                    });
        }

        private List<Committed> of(Handle handle) {
            String life = Layout.hex(handle.incarnation());
            return committed.stream()
                    .filter(name -> name.life().equals(life) && handle.concerns(name.partition()))
                    .toList();
        }

        private long stampAfter(long now) {
            OptionalLong last = committed.stream().mapToLong(Committed::stamp).max();
            return Math.max(now, last.orElse(0) + 1);
        }
    }

    Names read() throws IOException {
        List<Owned> owned = new ArrayList<>();
        List<Committed> committed = new ArrayList<>();
        for (String name : disk.list(folder)) {
            Matcher epoch = OWNED.matcher(name);
            Matcher next = COMMITTED.matcher(name);
            if (epoch.matches()) {
                owned.add(new Owned(Integer.parseInt(epoch.group(1)), Long.parseLong(epoch.group(2)), name));
            } else if (next.matches()) {
                committed.add(new Committed(
                        Integer.parseInt(next.group(1)),
                        Long.parseLong(next.group(2)),
                        Long.parseLong(next.group(3)),
                        Long.parseLong(next.group(4)),
                        Long.parseLong(next.group(5)),
                        Objects.requireNonNull(next.group(6))));
            }
        }
        return new Names(owned, committed);
    }

    long raise(int partition) throws IOException {
        for (int i = 0; i < TRIES; i++) {
            long epoch = read().epoch(partition) + 1;
            Path name = folder.resolve("%d.epoch.%d".formatted(partition, epoch));
            try {
                disk.createNew(name);
            } catch (FileAlreadyExistsException another) {
                continue;
            }
            disk.sync(folder);
            Names names = read();
            // A list that was made while others raised may have missed theirs.
            if (names.epoch(partition) == epoch) {
                for (Owned earlier : names.owned()) {
                    if (earlier.partition() == partition && earlier.epoch() < epoch) {
                        forget(earlier.name());
                    }
                }
                return epoch;
            }
        }
        throw new IOException("expected to raise the epoch of partition %d in %s, but others do it all the time"
                .formatted(partition, folder));
    }

    void requireOwner(Handle handle, List<Claim> claims) throws IOException {
        Names names = read();
        for (Claim claim : claims) {
            if (names.epoch(claim.partition()) != claim.epoch()) {
                throw FilesUnusableException.formerOwner(handle, claim, names.epoch(claim.partition()));
            }
        }
    }

    /**
     * Writes the claims' offsets, durably. Before anything is visible: the handle is listed until it is, so no offset is
     * read meanwhile that is ahead of the rows and final.
     *
     * @return what the rows' file is sorted by, in milliseconds: later than any commit of this sink before, whatever the
     *     clocks of the machines say
     */
    long begin(Handle handle, List<Claim> claims, long now) throws IOException {
        Names before = read();
        long stamp = before.of(handle).stream()
                .filter(name -> name.sequence() == handle.sequence())
                .mapToLong(Committed::stamp)
                .min()
                .orElse(before.stampAfter(now));
        for (Claim claim : claims) {
            Committed name = new Committed(
                    claim.partition(),
                    claim.epoch(),
                    handle.sequence(),
                    claim.next(),
                    stamp,
                    Layout.hex(handle.incarnation()));
            try {
                disk.createNew(folder.resolve(name.name()));
            } catch (FileAlreadyExistsException again) {
                // It was begun before, and goes on.
            }
        }
        disk.sync(folder);
        return stamp;
    }

    /**
     * Forgets the offsets before the last.
     *
     * @return the last one, for sure where nothing of the partition is staged; {@link Fence#NOTHING} where there is none
     */
    long settle(int partition) throws IOException {
        Names names = read();
        Committed last = names.last(partition);
        if (last == null) {
            return Fence.NOTHING;
        }
        for (Committed earlier : names.committed()) {
            if (earlier.partition() == partition && Committed.ORDER.compare(earlier, last) < 0) {
                forget(earlier.name());
            }
        }
        return last.next();
    }

    private void forget(String name) throws IOException {
        try {
            disk.delete(folder.resolve(name));
        } catch (NoSuchFileException gone) {
            // By another.
        }
    }
}
