package io.waybill.dedup;

import io.waybill.dedup.IdRun.Origin;
import io.waybill.store.LocalFile;
import io.waybill.store.LocalFiles;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ids of a task that left its memory, as {@linkplain IdRun runs} in files of the local store: a log-structured merge
 * tree (O'Neil et al. 1996), tiered, whose runs are spans of the ids topic. So an id is written once for each level, and
 * when log time has passed the windows of a run it is dropped whole.
 *
 * <p>Merging keeps pace with the ids that come, in steps of the task's own thread: nothing runs beside it and nothing
 * has to be waited for. A merge that a restart interrupts begins anew. The files say themselves what they cover: the
 * runs that are sealed are the state, and of two that cover the same the larger one. One thread.
 */
final class IdRuns {

    private static final Logger LOG = LoggerFactory.getLogger(IdRuns.class);

    /** A run spans at most this part of the window, so that what is over does not wait much longer than that. */
    private static final int RUNS_PER_WINDOW = 8;
    /** A level has time for one merge while as many ids come as that merge has; so it is done in a quarter of it. */
    private static final int MERGED_PER_NEW_ID = 4;

    private static final int LEAST_MERGED = 64;
    /** Ids of a run, so that none takes long to finish, to open or to remove; a filter of 32 MB. */
    static final int MOST_IDS = 16 * 1024 * 1024;

    private final LocalFiles files;
    private final Uuid topic;
    private final int fanOut;
    private final long longestSpanMs;
    /** Newest first, whole. */
    private final List<IdRun> runs = new ArrayList<>();

    private final Map<Integer, IdMerge> mergesByLevel = new HashMap<>();
    /** In the order in which their files are sealed. */
    private final Deque<Sealing> sealing = new ArrayDeque<>();

    private final long coveredUpTo;
    private final long lastCheckpoint;
    private long end;

    /** @param replaced runs whose files are still needed after a crash, until the one of this run is sealed */
    private record Sealing(IdRun run, List<IdRun> replaced) {}

    IdRuns(LocalFiles files, Uuid topic, int fanOut, long windowMs) {
        this.files = files;
        this.topic = topic;
        this.fanOut = fanOut;
        this.longestSpanMs = windowMs / RUNS_PER_WINDOW;
        try {
            open();
        } catch (DamagedRunException damaged) {
            LOG.warn("the message ids of {} are read from the log again", topic, damaged);
            removeAll();
        }
        this.coveredUpTo = runs.isEmpty() ? 0 : runs.getFirst().origin().to();
        this.lastCheckpoint = runs.isEmpty() ? 0 : runs.getFirst().origin().checkpoint();
        this.end = coveredUpTo;
    }

    private void open() {
        List<IdRun> largestFirst = files.names().stream()
                .map(files::open)
                .map(IdRun::open)
                .sorted(Comparator.comparingLong((IdRun run) -> run.origin().from())
                        .thenComparing(run -> run.origin().to(), Comparator.reverseOrder())
                        .thenComparing(run -> run.origin().level(), Comparator.reverseOrder()))
                .toList();
        for (IdRun run : largestFirst) {
            boolean replaced = !runs.isEmpty() && runs.getFirst().origin().contains(run.origin());
            if (replaced || !run.origin().topic().equals(topic)) {
                remove(run);
            } else {
                runs.addFirst(run);
            }
        }
    }

    /** Whoever opens the store next restores all ids. */
    private void removeAll() {
        runs.forEach(run -> run.file().close());
        runs.clear();
        files.names().forEach(files::delete);
    }

    private void remove(IdRun run) {
        run.file().close();
        files.delete(run.file().name());
    }

    /** Every id of the ids topic below that offset was in a sealed file or over, when these were opened. */
    long coveredUpTo() {
        return coveredUpTo;
    }

    /** Whether the block that ends there, as the topic has it, is the one that these files have. */
    boolean endWith(long checkpoint) {
        return coveredUpTo == 0 || lastCheckpoint == checkpoint;
    }

    /**
     * The row of an id that is not over.
     *
     * @throws DamagedRunException where it cannot be told; the store must be opened anew
     */
    byte @Nullable [] find(byte[] id, long hash, long logTimeMs) {
        IdFilter.Mask mask = IdFilter.Mask.of(hash);
        try {
            for (int i = 0; i < runs.size(); i++) {
                IdRun run = runs.get(i);
                byte[] row = run.mayHold(mask) ? run.find(id, hash, logTimeMs) : null;
                if (row != null) {
                    return row;
                }
            }
            return null;
        } catch (DamagedRunException damaged) {
            removeAll();
            throw damaged;
        }
    }

    /**
     * Writes what is in memory as the newest run.
     *
     * @param nextOffset of the ids topic: these are all ids below it that no run has
     * @param checkpoint of the last block below it: its hash
     */
    void add(RecentIds recent, long nextOffset, long checkpoint, long logTimeMs) {
        Origin origin = new Origin(topic, 0, end, nextOffset, checkpoint);
        IdRunWriter writer = begin(origin, recent.size(), recent.bytes());
        recent.inOrder((entries, at, hash) -> {
            // One that is over must not stand in the way of the same id accepted anew.
            if (IdEntries.expires(entries, at) >= logTimeMs) {
                writer.add(entries, at, hash);
            }
        });
        IdRun run = writer.finish();
        runs.addFirst(run);
        sealing.add(new Sealing(run, List.of()));
        end = nextOffset;
    }

    private IdRunWriter begin(Origin origin, long most, long bytes) {
        LocalFile file = files.create(origin.name());
        return new IdRunWriter(file, origin, most, bytes);
    }

    /** Drops runs that are over and merges others, as much as so many new ids allow. */
    void keepUp(int newIds, long logTimeMs) {
        settle();
        drop(logTimeMs);
        try {
            merge(newIds, logTimeMs);
        } catch (DamagedRunException damaged) {
            removeAll();
            throw damaged;
        }
    }

    private void merge(int newIds, long logTimeMs) {
        beginMerges();
        for (Map.Entry<Integer, IdMerge> each : List.copyOf(mergesByLevel.entrySet())) {
            List<IdRun> sources = each.getValue().sources();
            IdRun whole = each.getValue().advance(LEAST_MERGED + MERGED_PER_NEW_ID * newIds, logTimeMs);
            if (whole != null) {
                runs.set(runs.indexOf(sources.getFirst()), whole);
                runs.removeAll(sources);
                sealing.add(new Sealing(whole, sources));
                mergesByLevel.remove(each.getKey());
            }
        }
    }

    private void settle() {
        while (!sealing.isEmpty() && sealing.getFirst().run().file().isSealed()) {
            sealing.removeFirst().replaced().forEach(this::remove);
        }
    }

    private void drop(long logTimeMs) {
        // The newest one says how far the files cover the topic.
        for (int i = runs.size() - 1; i > 0; i--) {
            IdRun run = runs.get(i);
            if (run.isOver(logTimeMs) && run.file().isSealed() && !isNeeded(run)) {
                runs.remove(i);
                remove(run);
            }
        }
    }

    private boolean isNeeded(IdRun run) {
        return mergesByLevel.values().stream().anyMatch(merge -> merge.sources().contains(run))
                || sealing.stream().anyMatch(each -> each.run() == run);
    }

    private void beginMerges() {
        for (int last = runs.size() - 1; last + 1 >= fanOut; last--) {
            List<IdRun> candidates = List.copyOf(runs.subList(last + 1 - fanOut, last + 1));
            IdRun newest = candidates.getFirst();
            IdRun oldest = candidates.getLast();
            int level = oldest.origin().level();
            if (!mergesByLevel.containsKey(level) && canMerge(candidates)) {
                Origin origin = new Origin(
                        topic,
                        level + 1,
                        oldest.origin().from(),
                        newest.origin().to(),
                        newest.origin().checkpoint());
                IdRunWriter writer = begin(
                        origin,
                        candidates.stream().mapToLong(IdRun::most).sum(),
                        candidates.stream().mapToLong(IdRun::bytes).sum());
                mergesByLevel.put(level, new IdMerge(candidates, writer));
            }
        }
    }

    private boolean canMerge(List<IdRun> newestFirst) {
        int level = newestFirst.getFirst().origin().level();
        long span =
                newestFirst.getFirst().latestExpiry() - newestFirst.getLast().latestExpiry();
        return newestFirst.stream().allMatch(run -> run.origin().level() == level)
                && span <= longestSpanMs
                && newestFirst.stream().mapToLong(IdRun::most).sum() <= MOST_IDS;
    }
}
