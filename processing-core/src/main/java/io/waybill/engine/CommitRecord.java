package io.waybill.engine;

import io.waybill.format.v1.CheckpointId;
import io.waybill.log.GroupReader;
import io.waybill.sink.Handle;
import java.time.Duration;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Decides by the record alone what becomes of something prepared. Ask it about what was listed before (R8): evidence that
 * is older than the list proves nothing.
 */
final class CommitRecord {

    private static final Duration STEP = Duration.ofMillis(50);

    private final PipelinePlan plan;
    private final Ports ports;
    private final GroupReader group;
    private final HandleBook book;

    CommitRecord(PipelinePlan plan, Ports ports, GroupReader group, HandleBook book) {
        this.plan = plan;
        this.ports = ports;
        this.group = group;
        this.book = book;
    }

    /** @param stage whose tasks have rows in it */
    Fate of(Handle handle, StagePlan stage) {
        boolean read = book.refresh();
        if (book.holds(handle)) {
            return new Fate.Committed();
        }
        boolean pending = !read;
        SortedSet<Integer> silent = new TreeSet<>();
        for (int partition : partitions(handle, stage)) {
            TopicPartition input = stage.inputOf(partition);
            try {
                CheckpointId named = named(group.committed(Set.of(input), STEP).get(input));
                if (named == null) {
                    silent.add(partition);
                } else if (isAtLeast(named, handle)) {
                    return new Fate.Committed();
                }
            } catch (TimeoutException undecided) {
                pending = true;
            }
        }
        if (pending || isWriting(handle)) {
            return new Fate.Open();
        }
        return silent.isEmpty()
                ? new Fate.RolledBack()
                : new Fate.Unknown(
                        "the committed offsets of %s, partitions %s, name no checkpoint of Waybill, and %s holds no handle"
                                .formatted(
                                        stage.input().name(),
                                        silent,
                                        plan.topics().checkpoints()));
    }

    private static Set<Integer> partitions(Handle handle, StagePlan stage) {
        if (!handle.partitions().isEmpty()) {
            return handle.partitions();
        }
        SortedSet<Integer> all = new TreeSet<>();
        for (int i = 0; i < stage.input().partitions(); i++) {
            all.add(i);
        }
        return all;
    }

    private static @Nullable CheckpointId named(@Nullable OffsetAndMetadata offset) {
        return offset == null ? null : CheckpointIds.parse(offset.metadata());
    }

    /** A life commits its checkpoints in turn and ends with the first that is prepared and not committed. */
    private static boolean isAtLeast(CheckpointId named, Handle handle) {
        return CheckpointIds.incarnation(named).equals(handle.incarnation())
                && named.getSequence() >= handle.sequence();
    }

    /** The name of a life ends the transactional id of its writer. */
    private boolean isWriting(Handle handle) {
        return ports.log().admin().transactionsHolding(plan.group() + ".", Duration.ZERO, book.partitions()).stream()
                .anyMatch(writer -> writer.endsWith("." + handle.incarnation()));
    }
}
