package io.waybill.engine;

import io.waybill.format.v1.Marker;
import io.waybill.format.v1.SinkPosition;
import io.waybill.sink.Fence;
import io.waybill.store.LocalStores.TaskId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A task's fence rows: the epochs it owns them by, and what stands in them once everything is resolved. */
final class TaskSinks {

    private final Map<String, Fence.Raised> fences;
    private final Map<String, Long> next = new TreeMap<>();

    /** @param fences by sink */
    TaskSinks(Map<String, Fence.Raised> fences, @Nullable Marker marker) {
        this.fences = Map.copyOf(fences);
        if (marker != null) {
            marker.getSinksList().forEach(position -> next.put(position.getSink(), position.getNextOffset()));
        }
    }

    /**
     * The third part of the cross-check (R5).
     *
     * @throws TaskHaltedException where a fence row says something else than the marker: the sink is another one, or its
     *     data are older or newer than the log
     */
    void requireAgreement(TaskId task) {
        fences.forEach((sink, fence) -> {
            long expected = next.getOrDefault(sink, Fence.NOTHING);
            if (fence.next() != expected) {
                throw TaskHaltedException.sinkDisagrees(
                        "the fence row of sink '%s' for task %s stands at offset %d, but the changelog's marker says %d (%d is nothing)"
                                .formatted(sink, task, fence.next(), expected, Fence.NOTHING));
            }
        });
    }

    long epoch(String sink) {
        Fence.Raised fence = fences.get(sink);
        if (fence == null) {
            throw new IllegalStateException("sink '" + sink + "' was not fenced before its task ran (R4)");
        }
        return fence.epoch();
    }

    /** Where it stands; {@link Fence#NOTHING} where nothing was written. */
    long next(String sink) {
        return next.getOrDefault(sink, Fence.NOTHING);
    }

    void wrote(String sink, long nextOffset) {
        next.put(sink, nextOffset);
    }

    /** For the marker. */
    List<SinkPosition> positions() {
        List<SinkPosition> positions = new ArrayList<>();
        next.forEach((sink, offset) -> positions.add(
                SinkPosition.newBuilder().setSink(sink).setNextOffset(offset).build()));
        return positions;
    }
}
