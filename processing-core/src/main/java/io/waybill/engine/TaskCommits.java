package io.waybill.engine;

import io.waybill.format.v1.CheckpointId;
import io.waybill.format.v1.Marker;
import io.waybill.store.LocalStore;
import io.waybill.store.StorePosition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** What a checkpoint takes of a task, and what becomes of it in the task's store once it is committed. */
final class TaskCommits {

    /** Rows of them seldom last: those of records that wait for an answer, and of their flows. */
    private static final List<String> PASSING =
            List.of(WaitingRoom.COLUMN, ClaimedRecords.VERDICTS, Rows.FLOWS, Deadlines.PENDING);

    private final StagePlan plan;
    private final int partition;
    private final Ports ports;
    private final RowsAhead store;
    private final StateLayer state;
    private final @Nullable DuplicateFilter filter;
    private final TaskSinks sinks;
    private final TaskPositions positions;
    private final StateSweep sweep;

    TaskCommits(
            StagePlan plan,
            int partition,
            Ports ports,
            RowsAhead store,
            StateLayer state,
            @Nullable DuplicateFilter filter,
            TaskSinks sinks,
            TaskPositions positions,
            StateSweep sweep) {
        this.plan = plan;
        this.partition = partition;
        this.ports = ports;
        this.store = store;
        this.state = state;
        this.filter = filter;
        this.sinks = sinks;
        this.positions = positions;
        this.sweep = sweep;
    }

    /** Housekeeping that goes with the checkpoint. */
    void before() {
        if (positions.moved()) {
            sweep.run(positions.logTimeMs());
        }
    }

    /** What the checkpoint writes to the ids topic: values of blocks. */
    List<byte[]> drainIds(CheckpointId checkpoint) {
        return filter == null
                ? List.of()
                : filter.drain(state.take(DuplicateFilter.IDS), state, checkpoint, positions.logTimeMs());
    }

    /** What the changelog is told. Rows that came and went since the last checkpoint were never there. */
    List<LocalStore.Change> changes() {
        List<LocalStore.Change> changes = state.changes();
        for (String column : PASSING) {
            Set<RowKey> unknown = neverThere(column, changes);
            if (!unknown.isEmpty()) {
                changes.removeIf(change -> isDeleted(change, column) && unknown.contains(new RowKey(change.key())));
            }
        }
        return changes;
    }

    private Set<RowKey> neverThere(String column, List<LocalStore.Change> changes) {
        List<byte[]> deleted = new ArrayList<>();
        for (LocalStore.Change change : changes) {
            if (isDeleted(change, column)) {
                deleted.add(change.key());
            }
        }
        if (deleted.isEmpty()) {
            return Set.of();
        }
        List<byte @Nullable []> stored =
                store.isEmpty(column) ? Collections.nCopies(deleted.size(), null) : store.multiGet(column, deleted);
        Set<RowKey> unknown = new HashSet<>();
        for (int i = 0; i < deleted.size(); i++) {
            if (stored.get(i) == null) {
                unknown.add(new RowKey(deleted.get(i)));
            }
        }
        return unknown;
    }

    private static boolean isDeleted(LocalStore.Change change, String column) {
        return change.value() == null && change.column().equals(column);
    }

    /** The last record of the task in this checkpoint (R5). */
    Marker mark(CheckpointId checkpoint) {
        return positions.mark(checkpoint, sinks);
    }

    /**
     * Writes the committed checkpoint to the store.
     *
     * @param nextChangelog the end of the changelog
     * @param nextIds the end of the ids topic; null where the checkpoint wrote no ids
     */
    void apply(long nextChangelog, @Nullable Long nextIds) {
        Instant now = ports.clock().instant();
        List<LocalStore.Change> changes = state.changes();
        Map<TopicPartition, Long> over = new HashMap<>(positions.deletable(now));
        if (nextIds != null && filter != null && plan.ids() != null) {
            filter.committed(nextIds, positions.logTimeMs());
            Long deletable = filter.deletable();
            if (deletable != null) {
                over.put(new TopicPartition(plan.ids().name(), partition), deletable);
            }
        }
        if (!over.isEmpty()) {
            ports.log().admin().deleteRecords(over);
        }
        store.apply(
                StoreAge.stamped(changes, now),
                Map.of(
                        plan.changelog().name(),
                        new StorePosition(plan.changelog().id(), -1, nextChangelog)));
        positions.committed(nextChangelog - 1);
    }
}
