package io.waybill.engine;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The tasks that are being taken over. They restore one after another, since they share one reader. */
final class Openings {

    private static final int NONE = -1;

    private final Map<Integer, TaskOpening> byPartition = new TreeMap<>();
    private int current = NONE;

    void add(TaskOpening opening) {
        byPartition.put(opening.partition(), opening);
    }

    /** The one that was stepped last until it is done, then any that need not wait; null where there is none. */
    @Nullable
    TaskOpening next(Instant now) {
        TaskOpening opening = byPartition.get(current);
        if (opening == null || !opening.ready(now)) {
            opening = byPartition.values().stream()
                    .filter(other -> other.ready(now))
                    .findFirst()
                    .orElse(null);
            current = opening == null ? NONE : opening.partition();
        }
        return opening;
    }

    boolean isReady(Instant now) {
        return byPartition.values().stream().anyMatch(opening -> opening.ready(now));
    }

    boolean isEmpty() {
        return byPartition.isEmpty();
    }

    Set<Integer> partitions() {
        return byPartition.keySet();
    }

    /** It has become a task. */
    void done(int partition) {
        byPartition.remove(partition);
    }

    /** It will not become a task here. */
    void abandon(int partition) {
        TaskOpening opening = byPartition.remove(partition);
        if (opening != null) {
            opening.abandon();
        }
    }
}
