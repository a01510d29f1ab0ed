package io.waybill.engine;

import io.waybill.format.v1.CheckpointId;
import io.waybill.format.v1.Marker;
import io.waybill.format.v1.Position;
import io.waybill.store.StorePosition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/** The chain of a task's markers (R5): each names the one before it, so that a store can tell whether it is of this log. */
final class Markers {

    private final StagePlan plan;
    private final int partition;
    private @Nullable CheckpointId last;
    private long lastAt;

    /**
     * @param last the task's last marker; null where it has none
     * @param restored how far the changelog was read; null where nothing was
     */
    Markers(StagePlan plan, int partition, @Nullable Marker last, @Nullable StorePosition restored) {
        this.plan = plan;
        this.partition = partition;
        this.last = last == null ? null : last.getCheckpoint();
        this.lastAt = restored == null ? 0 : restored.nextOffset() - 1;
    }

    /** The position of the replays' reader that a marker names. */
    static long nextReplay(@Nullable Marker marker, String replays) {
        return marker == null
                ? 0
                : marker.getNextList().stream()
                        .filter(position -> position.getTopic().equals(replays))
                        .mapToLong(Position::getNextOffset)
                        .findFirst()
                        .orElse(0);
    }

    /** @param epoch -1 where it is not known */
    Position input(long next, int epoch) {
        return position(plan.input().name(), plan.input().id(), next, epoch);
    }

    /** The next marker: the last record of the task in this checkpoint. */
    Marker next(CheckpointId checkpoint, Position input, long nextReplay, long logTimeMs, TaskSinks sinks) {
        Marker.Builder marker = Marker.newBuilder()
                .setCheckpoint(checkpoint)
                .addNext(input)
                .addNext(position(plan.replays().name(), plan.replays().id(), nextReplay, -1))
                .setInputPartitions(plan.input().partitions())
                .setLogTimeMs(logTimeMs)
                .addAllSinks(sinks.positions());
        if (last != null) {
            marker.setPrevious(last).setPreviousOffset(lastAt);
        }
        last = checkpoint;
        return marker.build();
    }

    /** Where the marker that was made last stands on the changelog. */
    void writtenAt(long offset) {
        lastAt = offset;
    }

    private Position position(String topic, Uuid id, long next, int epoch) {
        return Position.newBuilder()
                .setTopic(topic)
                .setTopicId(CheckpointIds.bytes(id))
                .setPartition(partition)
                .setNextOffset(next)
                .setLeaderEpoch(epoch)
                .build();
    }
}
