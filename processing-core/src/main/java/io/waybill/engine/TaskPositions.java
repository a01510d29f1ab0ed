package io.waybill.engine;

import io.waybill.format.v1.CheckpointId;
import io.waybill.format.v1.Marker;
import io.waybill.format.v1.Position;
import io.waybill.store.StorePosition;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** How far a task is: in its input, in people's orders and in log time; and the marker that says it (R5). */
final class TaskPositions {

    private static final long CLOCK_SKEW_MILLIS = 60_000;

    private final StagePlan plan;
    private final int partition;
    private final Markers markers;
    private final ReadRecords readRecords = new ReadRecords();

    private long nextInput;
    private int inputEpoch = -1;
    private long nextReplay;
    private long logTimeMs;
    private boolean moved;
    /** Timers, and what came out of the waiting room. */
    private long others;

    /**
     * @param marker the task's last; null where it has none
     * @param changelog how far the changelog was read; null where nothing was
     */
    TaskPositions(
            StagePlan plan, int partition, long nextInput, @Nullable Marker marker, @Nullable StorePosition changelog) {
        this.plan = plan;
        this.partition = partition;
        this.markers = new Markers(plan, partition, marker, changelog);
        this.nextInput = nextInput;
        this.nextReplay = Markers.nextReplay(marker, plan.replays().name());
        this.logTimeMs = marker == null ? 0 : marker.getLogTimeMs();
        // A task without a marker writes one in its first checkpoint: from then on its absence means loss.
        this.moved = marker == null;
    }

    long nextInput() {
        return nextInput;
    }

    long nextReplay() {
        return nextReplay;
    }

    Position input() {
        return markers.input(nextInput, inputEpoch);
    }

    /** Of all records that were taken up, the latest time of a sender. */
    long logTimeMs() {
        return logTimeMs;
    }

    /** A record of the input is taken up. */
    void reaches(ConsumerRecord<byte[], byte[]> input, Instant now) {
        logTimeMs = Math.max(logTimeMs, Math.min(input.timestamp(), latestBelievable(now)));
    }

    /** A sender's clock that is ahead must not end everybody's windows. */
    private static long latestBelievable(Instant now) {
        return now.toEpochMilli() + CLOCK_SKEW_MILLIS;
    }

    /** @param over whether it has come to its end, and does not wait */
    void passes(Taken taken, boolean over) {
        moved = true;
        switch (taken) {
            case Taken.Input input -> {
                nextInput = input.record().offset() + 1;
                inputEpoch = input.record().leaderEpoch().orElse(-1);
            }
            case Taken.Order order ->
                nextReplay = Math.max(nextReplay, order.record().offset() + 1);
            case Taken.Fired fired -> others++;
            case Taken.Waited waited -> others += over ? 1 : 0;
        }
    }

    /** The task did something that is not seen in a position. */
    void moves() {
        moved = true;
    }

    /** Something happened since the last checkpoint. */
    boolean moved() {
        return moved;
    }

    /** Grows with each record of its input, and each of the others, that is done with. */
    long progress() {
        return nextInput + others;
    }

    /** The last record of the task in this checkpoint. */
    Marker mark(CheckpointId checkpoint, TaskSinks sinks) {
        return markers.next(checkpoint, input(), nextReplay, logTimeMs, sinks);
    }

    /** @param marker the offset of the marker that was made last */
    void committed(long marker) {
        markers.writtenAt(marker);
        moved = false;
    }

    /** Below which offsets records of Waybill's own topics may be deleted; often empty. */
    Map<TopicPartition, Long> deletable(Instant now) {
        return readRecords.deletable(own(), now);
    }

    /** Of the topics that nobody but this task reads; the source is the users'. */
    private Map<TopicPartition, Long> own() {
        TopicPartition replays = plan.replaysOf(partition);
        return plan.feed() instanceof Feed.Source
                ? Map.of(replays, nextReplay)
                : Map.of(replays, nextReplay, plan.inputOf(partition), nextInput);
    }
}
