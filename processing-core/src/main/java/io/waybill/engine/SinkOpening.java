package io.waybill.engine;

import io.waybill.sink.Fence;
import io.waybill.sink.Prepared;
import io.waybill.store.LocalStores.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a task's stable offsets and its first record: every sink is fenced (R4), and nothing that may hold rows
 * of the task stays undecided (R7). While it cannot go on the task is parked: its opening stays, its metadata stays what
 * the last owner wrote, and its siblings run (R2).
 */
final class SinkOpening {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final Duration QUIET = Duration.ofSeconds(5);

    private final TaskId task;
    private final int partition;
    private final Resolver resolver;
    private final IncidentLog incidents;
    private final Deque<SinkSeat> open;
    private final Map<String, Fence.Raised> fences = new LinkedHashMap<>();
    private @Nullable Instant parkedAt;
    private Instant notBefore = Instant.EPOCH;
    private int tries;

    SinkOpening(TaskId task, int partition, List<SinkSeat> seats, Resolver resolver, IncidentLog incidents) {
        this.task = task;
        this.partition = partition;
        this.open = new ArrayDeque<>(seats);
        this.resolver = resolver;
        this.incidents = incidents;
    }

    boolean isDone() {
        return open.isEmpty();
    }

    /** When it looks again. */
    Instant notBefore() {
        return notBefore;
    }

    /** By sink; complete once it is done. */
    Map<String, Fence.Raised> fences() {
        return fences;
    }

    /** One look at one sink; may wait for it. */
    void step(Instant now) {
        SinkSeat seat = open.getFirst();
        String why;
        try {
            why = unresolved(seat);
        } catch (SinkFailedException away) {
            why = String.valueOf(away.getMessage());
        }
        if (why == null) {
            open.removeFirst();
            tries = 0;
            notBefore = Instant.EPOCH;
            if (open.isEmpty()) {
                incidents.unparked(task);
            }
            return;
        }
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(tries++, 7));
        notBefore = now.plus(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE);
        Instant since = parkedAt == null ? now : parkedAt;
        parkedAt = since;
        if (now.isAfter(since.plus(QUIET))) {
            incidents.parked(task, seat.name(), since, why);
        }
    }

    /** Lists once more after the epoch was raised: before that a late prepare may have come in (R4). */
    private @Nullable String unresolved(SinkSeat seat) {
        String why = null;
        if (!fences.containsKey(seat.name())) {
            switch (seat.raise(partition)) {
                case Fence.Raised raised -> fences.put(seat.name(), raised);
                case Fence.Held held -> why = "its fence row is held by a transaction of the sink";
            }
        }
        for (Prepared prepared : seat.prepared()) {
            if (prepared.handle().concerns(partition)) {
                // What the fence row said before is not what it says now.
                fences.remove(seat.name());
                String waits = resolver.resolve(seat, prepared.handle());
                why = waits == null ? "its sink was resolved just now" : waits;
            }
        }
        return why;
    }
}
