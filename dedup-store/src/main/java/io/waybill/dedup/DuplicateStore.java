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
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * The message ids of one task, exact: in the open checkpoint as changes of the state; past it in {@link RecentIds},
 * which is memory; behind that in {@link IdRuns}, files of the local store (ADR 18).
 *
 * <p>An id whose flow is not terminal is a row of the changelog. When its flow ends it becomes an entry of a block of
 * the ids topic, and the row is deleted in the same checkpoint. So the changelog holds what is pinned, the ids topic
 * what only runs out its window, and a block can be deleted when log time has passed the windows in it.
 */
public final class DuplicateStore implements DuplicateFilter {

    static final int MOST_IN_MEMORY = 32_768;
    private static final int FAN_OUT = 8;

    private final long windowMs;
    private final RecentIds recent;
    private final IdMarks marks;
    private final IdRuns runs;
    private final List<LocalStore.Change> drained = new ArrayList<>();
    private long lastCheckpoint;

    private DuplicateStore(Deduplicate choice, LocalStore store, Uuid idsTopic, int mostInMemory, int fanOut) {
        this.windowMs = choice.kept().toMillis();
        this.recent = new RecentIds(mostInMemory);
        this.marks = new IdMarks(store, windowMs);
        this.runs = new IdRuns(store.files(), idsTopic, fanOut, windowMs);
    }

    /** With {@value #MOST_IN_MEMORY} ids of each task in memory, about 3 MB. */
    public static DuplicateFilter open(Deduplicate choice, LocalStore store, Uuid idsTopic) {
        return new DuplicateStore(choice, store, idsTopic, MOST_IN_MEMORY, FAN_OUT);
    }

    /**
     * @param ids of each task that are in memory before they go to the local store together
     * @param fanOut how many runs of ids become one
     */
    public static DuplicateFilter.Factory withMemoryFor(int ids, int fanOut) {
        return (choice, store, idsTopic) -> new DuplicateStore(choice, store, idsTopic, ids, fanOut);
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
        long offset = IdRow.firstOffset(known);
        // Records of one flow can be several where it goes on from another pipeline: the offset tells them apart.
        if (first.equals(sighting.trackingId()) && offset == sighting.offset()) {
            return new Verdict.First();
        }
        // The first stands in the same partition, or its offset says in which.
        return IdRow.hasPayload(known, sighting)
                ? new Verdict.Duplicate(first, sighting.topic(), sighting.partition(), offset)
                : new Verdict.Conflict(first, sighting.topic(), sighting.partition(), offset);
    }

    /** The row of an id; one that is over counts as none, since the id may have been accepted anew after it. */
    private byte @Nullable [] find(TaskState state, byte[] id, long logTimeMs) {
        byte[] uncommitted = state.getUncommitted(IDS, id);
        if (uncommitted != null) {
            return uncommitted;
        }
        long hash = IdEntries.hash(id);
        byte[] remembered = recent.find(id, hash);
        if (remembered != null && !IdRow.isOver(remembered, logTimeMs)) {
            return remembered;
        }
        byte[] older = runs.find(id, hash, logTimeMs);
        if (older != null) {
            return older;
        }
        return pinned(state, id);
    }

    /** What an earlier checkpoint left pinned. */
    private static byte @Nullable [] pinned(TaskState state, byte[] id) {
        byte[] row = state.getCommitted(IDS, id);
        return row == null ? null : IdRow.ofChangelog(row);
    }

    @Override
    public void release(TaskState state, String messageId, TrackingId holder, long logTimeMs) {
        byte[] id = bytes(messageId);
        byte[] uncommitted = state.getUncommitted(IDS, id);
        byte[] known = uncommitted == null ? pinned(state, id) : uncommitted;
        if (known != null && IdRow.isPinned(known) && IdRow.first(known).equals(holder)) {
            state.put(IDS, id, IdRow.released(known, logTimeMs + windowMs));
        }
    }

    @Override
    public List<byte[]> drain(List<LocalStore.Change> ids, TaskState state, CheckpointId checkpoint, long logTimeMs) {
        lastCheckpoint = hash(checkpoint);
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
        marks.advance(state, logTimeMs);
        return blocks.drain();
    }

    @Override
    public void committed(long nextOffset, long logTimeMs) {
        for (LocalStore.Change id : drained) {
            remember(id.key(), value(id));
        }
        int newIds = drained.size();
        drained.clear();
        covers(newIds, nextOffset, logTimeMs);
    }

    @Override
    public void restored(byte[] block, String name, long nextOffset, long logTimeMs) {
        int before = recent.size();
        lastCheckpoint = hash(IdBlocks.read(block, name, (id, row) -> {
            if (!IdRow.isOver(row, logTimeMs)) {
                remember(id, row);
            }
        }));
        covers(recent.size() - before, nextOffset, logTimeMs);
    }

    private void remember(byte[] id, byte[] row) {
        recent.put(id, row);
        marks.saw(IdRow.expires(row));
    }

    private void covers(int newIds, long nextOffset, long logTimeMs) {
        marks.committed(nextOffset);
        runs.keepUp(newIds, logTimeMs);
        if (recent.isFull()) {
            runs.add(recent, nextOffset, lastCheckpoint, logTimeMs);
            recent.clear();
        }
    }

    private static long hash(CheckpointId checkpoint) {
        return IdEntries.hash(checkpoint.toByteArray());
    }

    @Override
    public boolean endsWith(byte[] block, String name) {
        return runs.endWith(hash(IdBlocks.read(block, name, (id, row) -> {})));
    }

    @Override
    public long coveredUpTo() {
        return runs.coveredUpTo();
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
