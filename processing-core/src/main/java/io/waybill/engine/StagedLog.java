package io.waybill.engine;

import io.waybill.sink.Rejection;
import io.waybill.sink.Standing;
import io.waybill.sink.Turn;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/** How far one log of a staged sink's task is applied, as this life knows it. One thread. */
final class StagedLog {

    private final String sink;
    private final TopicPartition partition;
    private final Uuid topic;
    private final ToLongFunction<TopicPartition> end;
    private final Map<Long, Rejection> rejected = new HashMap<>();
    /** Applied for sure, whatever the target says: it was told, or this life has seen it. */
    private long least;
    /** Null until the target is asked. */
    private @Nullable Long next;

    /**
     * @param told the offset behind the last row that was told; {@link Turn#NOTHING} where none was
     * @param end the high watermark of a partition
     */
    StagedLog(String sink, TopicPartition partition, Uuid topic, long told, ToLongFunction<TopicPartition> end) {
        this.sink = sink;
        this.partition = partition;
        this.topic = topic;
        this.least = told;
        this.end = end;
    }

    String id() {
        return topic.toString();
    }

    boolean isKnown() {
        return next != null;
    }

    /** Whether it is known what became of the row at this offset. */
    boolean covers(long offset) {
        return offset < least;
    }

    /** Where the progress row stood when the target was asked, or was moved to since. */
    long next() {
        return next == null ? least : next;
    }

    /** Somebody else moved it, or nobody knows. */
    void mustBeAskedFor() {
        next = null;
    }

    /** A transaction of this life is done. */
    void moved(long to, Map<Long, Rejection> more) {
        next = to;
        least = to;
        rejected.putAll(more);
    }

    /** @throws TaskHaltedException where the target knows less than was told, or more than there is (R9) */
    void nowhere() {
        if (least != Turn.NOTHING) {
            throw TaskHaltedException.sinkDisagrees(
                    "sink '%s' has no progress row for %s, expected one at offset %d: its data are another database's, or older than what was told"
                            .formatted(sink, partition, least));
        }
        next = Turn.NOTHING;
        rejected.clear();
    }

    /** @throws TaskHaltedException where the target knows less than was told, or more than there is (R9) */
    void stands(Standing.At at) {
        if (at.next() < least) {
            throw TaskHaltedException.sinkDisagrees(
                    "the progress row of sink '%s' for %s stands at offset %d, but rows below %d were told to be sunk: its data are older"
                            .formatted(sink, partition, at.next(), least));
        }
        if (at.next() > least) {
            long last = end.applyAsLong(partition);
            if (at.next() > last) {
                throw TaskHaltedException.sinkDisagrees(
                        "the progress row of sink '%s' for %s stands at offset %d, but the log ends at %d: it lost records"
                                .formatted(sink, partition, at.next(), last));
            }
        }
        next = at.next();
        least = at.next();
        rejected.clear();
        at.rejected().forEach(rejection -> rejected.put(rejection.offset(), rejection));
    }

    /** Why the row at this offset was rejected; null where it is sunk. Once for each. */
    @Nullable
    Rejection verdict(long offset) {
        if (!covers(offset)) {
            throw new IllegalStateException("row " + offset + " of " + partition + " is taken up before it is applied");
        }
        return rejected.remove(offset);
    }
}
