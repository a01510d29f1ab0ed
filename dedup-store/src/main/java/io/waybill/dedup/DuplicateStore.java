package io.waybill.dedup;

import io.waybill.engine.DuplicateFilter;
import io.waybill.engine.TaskState;
import io.waybill.format.TrackingId;
import io.waybill.format.v1.CheckpointId;
import io.waybill.pipeline.Deduplicate;
import io.waybill.store.LocalStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The message ids of one task, exact: in the open checkpoint as changes of the state; past it in {@link RecentIds},
 * which is memory; behind that in the local store, which is fed in bulk and in the order of the ids (ADR 9).
 *
 * <p>An id whose flow is not terminal is a row of the changelog. When its flow ends it becomes an entry of a block of
 * the ids topic, and the row is deleted in the same checkpoint. So the changelog holds what is pinned, the ids topic
 * what only runs out its window, and a block can be deleted when log time has passed the windows in it.
 */
public final class DuplicateStore implements DuplicateFilter {

    static final int MOST_IN_MEMORY = 32_768;

    private final long windowMs;
    private final RecentIds recent;
    private final IdMarks marks;
    private final ExpirySweep sweep;
    private final List<LocalStore.Change> drained = new ArrayList<>();
    private long coveredUpTo;

    private DuplicateStore(Deduplicate choice, LocalStore store, long coveredUpTo, int mostInMemory) {
        this.windowMs = choice.window().toMillis();
        this.recent = new RecentIds(mostInMemory);
        this.marks = new IdMarks(store, windowMs);
        this.sweep = new ExpirySweep(store);
        this.coveredUpTo = coveredUpTo;
    }

    /** With {@value #MOST_IN_MEMORY} ids of each task in memory, about 3 MB. */
    public static DuplicateFilter open(Deduplicate choice, LocalStore store, long coveredUpTo) {
        return new DuplicateStore(choice, store, coveredUpTo, MOST_IN_MEMORY);
    }

    /** @param ids of each task that are in memory before they go to the local store together */
    public static DuplicateFilter.Factory withMemoryFor(int ids) {
        return (choice, store, coveredUpTo) -> new DuplicateStore(choice, store, coveredUpTo, ids);
    }

    @Override
    public Verdict accept(TaskState state, Sighting sighting) {
        byte[] id = bytes(sighting.messageId());
        byte[] known = find(state, id, sighting.logTimeMs());
        if (known == null || IdRow.isOver(known, sighting.logTimeMs())) {
            boolean inChangelog = known != null && IdRow.isInChangelog(known);
            state.put(IDS, id, IdRow.accepted(sighting, inChangelog));
            return new Verdict.First();
        }
        TrackingId first = IdRow.first(known);
        if (first.equals(sighting.trackingId())) {
            return new Verdict.First();
        }
        long offset = IdRow.firstOffset(known);
        // Key-local: the first stands in the same partition.
        return IdRow.hasPayload(known, sighting)
                ? new Verdict.Duplicate(first, sighting.topic(), sighting.partition(), offset)
                : new Verdict.Conflict(first, sighting.topic(), sighting.partition(), offset);
    }

    /** The row of an id, newest first. One in memory that is over may hide a newer one that is pinned in the store. */
    private byte @Nullable [] find(TaskState state, byte[] id, long logTimeMs) {
        byte[] uncommitted = state.getUncommitted(IDS, id);
        if (uncommitted != null) {
            return uncommitted;
        }
        byte[] remembered = recent.find(id);
        if (remembered != null && !IdRow.isOver(remembered, logTimeMs)) {
            return remembered;
        }
        byte[] stored = state.getCommitted(IDS, id);
        return stored == null ? null : IdRow.ofStored(stored);
    }

    @Override
    public void release(TaskState state, String messageId, TrackingId holder, long logTimeMs) {
        byte[] id = bytes(messageId);
        byte[] row = state.get(IDS, id);
        if (row == null) {
            return;
        }
        byte[] known = IdRow.ofStored(row);
        if (IdRow.isPinned(known) && IdRow.first(known).equals(holder)) {
            state.put(IDS, id, IdRow.released(known, logTimeMs + windowMs));
        }
    }

    @Override
    public List<byte[]> drain(List<LocalStore.Change> ids, TaskState state, CheckpointId checkpoint, long logTimeMs) {
        IdBlocks blocks = new IdBlocks(checkpoint);
        for (LocalStore.Change change : ids) {
            byte[] row = change.value();
            if (row == null) {
                throw new IllegalStateException("ids are released, never deleted");
            }
            if (IdRow.isPinned(row)) {
                state.put(IDS, change.key(), IdRow.forChangelog(row));
                continue;
            }
            if (IdRow.isInChangelog(row)) {
                state.delete(IDS, change.key());
            }
            blocks.add(change.key(), row);
            IdRow.outsideChangelog(row);
            drained.add(change);
        }
        if (marks.advance(state, logTimeMs)) {
            sweep.begin();
        }
        return blocks.drain();
    }

    /**
     * The order of the changes matters: an id that is over in the store may have been accepted anew in this checkpoint,
     * and one that was pinned there may be released in it and remembered at once.
     */
    @Override
    public StoreWrite committed(List<LocalStore.Change> changes, long nextOffset, long logTimeMs) {
        List<LocalStore.Change> all = new ArrayList<>(sweep.next(logTimeMs, drained.size()));
        all.addAll(changes);
        for (LocalStore.Change id : drained) {
            remember(id.key(), value(id));
        }
        drained.clear();
        marks.committed(nextOffset);
        return spilled(all, nextOffset, logTimeMs);
    }

    @Override
    public StoreWrite restored(byte[] block, String name, long nextOffset, long logTimeMs) {
        IdBlocks.read(block, name, (id, row) -> {
            if (!IdRow.isOver(row, logTimeMs)) {
                remember(id, row);
            }
        });
        marks.committed(nextOffset);
        return spilled(new ArrayList<>(), nextOffset, logTimeMs);
    }

    private void remember(byte[] id, byte[] row) {
        recent.put(id, row);
        marks.saw(IdRow.expires(row));
    }

    private StoreWrite spilled(List<LocalStore.Change> changes, long nextOffset, long logTimeMs) {
        if (recent.isFull()) {
            for (LocalStore.Change id : recent.sorted()) {
                // One that is over must not stand in the way of the same id accepted anew.
                if (!IdRow.isOver(value(id), logTimeMs)) {
                    changes.add(id);
                }
            }
            recent.clear();
            coveredUpTo = nextOffset;
        }
        return new StoreWrite(changes, coveredUpTo);
    }

    @Override
    public @Nullable Long deletable() {
        return marks.deletable();
    }

    private static byte[] value(LocalStore.Change change) {
        byte[] value = change.value();
        if (value == null) {
            throw new IllegalStateException("an id is remembered with its row");
        }
        return value;
    }

    private static byte[] bytes(String messageId) {
        return messageId.getBytes(StandardCharsets.UTF_8);
    }
}
