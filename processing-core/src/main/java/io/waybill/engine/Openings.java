package io.waybill.engine;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** The tasks that are being taken over. They restore one after another, since they share one reader. */
final class Openings {

    private final Map<TopicPartition, TaskOpening> byInput = new TreeMap<>(Inputs.ORDER);
    private final Map<TopicPartition, TaskOpening> suspended = new TreeMap<>(Inputs.ORDER);
    private @Nullable TopicPartition current;

    void add(TaskOpening opening) {
        byInput.put(opening.input(), opening);
    }

    /**
     * One that can go on while a checkpoint is open: that which was stepped last until it has nothing more to do there, then
     * any that need not wait; null where there is none.
     */
    @Nullable
    TaskOpening inside(Instant now) {
        TaskOpening opening = current == null ? null : byInput.get(current);
        if (opening == null || !isInside(opening, now)) {
            opening = byInput.values().stream()
                    .filter(other -> isInside(other, now))
                    .findFirst()
                    .orElse(null);
            current = opening == null ? null : opening.input();
        }
        return opening;
    }

    private static boolean isInside(TaskOpening opening, Instant now) {
        return opening.ready(now) && !opening.isBetween();
    }

    /** All that can go on between two checkpoints only, and need not wait. */
    List<TaskOpening> between(Instant now) {
        return byInput.values().stream()
                .filter(opening -> opening.ready(now) && opening.isBetween())
                .toList();
    }

    boolean isReady(Instant now) {
        return byInput.values().stream().anyMatch(opening -> opening.ready(now));
    }

    boolean isEmpty() {
        return byInput.isEmpty();
    }

    Set<TopicPartition> inputs() {
        return byInput.keySet();
    }

    /** It has become a task. */
    void done(TopicPartition input) {
        byInput.remove(input);
    }

    /** It stands still until it is resumed or abandoned. */
    void suspend(TopicPartition input) {
        move(input, byInput, suspended);
    }

    void resume(TopicPartition input) {
        move(input, suspended, byInput);
    }

    private static void move(
            TopicPartition input, Map<TopicPartition, TaskOpening> from, Map<TopicPartition, TaskOpening> to) {
        TaskOpening opening = from.remove(input);
        if (opening != null) {
            to.put(input, opening);
        }
    }

    Set<TopicPartition> suspended() {
        return suspended.keySet();
    }

    /** It will not become a task here. */
    void abandon(TopicPartition input) {
        resume(input);
        TaskOpening opening = byInput.remove(input);
        if (opening != null) {
            opening.abandon();
        }
    }
}
