package io.waybill.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;

/** How long a poll of one life may wait for records: until the next thing is due that no record brings about. */
final class PollWait {

    private static final Duration OPENING_LOOK = Duration.ofMillis(50);
    /** How late it may be noticed that an operator is back, or that others have left theirs. */
    private static final Duration SLICE = Duration.ofMillis(25);

    private final Ports ports;
    private final Helm helm;
    private final OwnedTasks tasks;
    private final Checkpoints checkpoints;
    private final Turns turns;
    private final Function<TopicPartition, OptionalLong> unread;

    /** @param unread how many records of an input the broker has behind the reader's position */
    PollWait(
            Ports ports,
            Helm helm,
            OwnedTasks tasks,
            Checkpoints checkpoints,
            Turns turns,
            Function<TopicPartition, OptionalLong> unread) {
        this.unread = unread;
        this.ports = ports;
        this.helm = helm;
        this.tasks = tasks;
        this.checkpoints = checkpoints;
        this.turns = turns;
    }

    Duration next() {
        Instant now = ports.clock().instant();
        if (!helm.isWatched()) {
            return SLICE;
        }
        if (canGoOn(now)) {
            return turns.isBarred() ? SLICE : Duration.ZERO;
        }
        Instant wake = checkpoints.isSettling() ? earlier(checkpoints.nextTry(), checkpoints.dueAt(now)) : wake(now);
        return wake.isAfter(now) ? Duration.between(now, wake) : Duration.ZERO;
    }

    /** What a wait of this length is. */
    ThreadTime.Use use(Duration length) {
        if (length.isZero() || !helm.isWatched() || tasks.open().stream().anyMatch(Task::isAway)) {
            return ThreadTime.Use.BUSY;
        }
        if (checkpoints.isSettling()) {
            return ThreadTime.Use.COMMITTING;
        }
        Instant now = ports.clock().instant();
        return turns.isBarred() || tasks.open().stream().anyMatch(task -> isKeptOut(task, now))
                ? ThreadTime.Use.BACKPRESSURED
                : ThreadTime.Use.IDLE;
    }

    /** Records are there. */
    private boolean isKeptOut(Task task, Instant now) {
        return task.bound(now) != null
                && (task.queuedInputs() > 0 || unread.apply(task.input()).orElse(0) > 0);
    }

    private boolean canGoOn(Instant now) {
        return tasks.isOpeningReady(now)
                || (!checkpoints.isSettling() && tasks.open().stream().anyMatch(task -> task.runnable(now)));
    }

    private Instant wake(Instant now) {
        Instant wake = tasks.opening().isEmpty() ? checkpoints.dueAt(now) : now.plus(OPENING_LOOK);
        for (Task task : tasks.open()) {
            Instant held = task.wakesAt();
            // What is due and cannot run waits for something else: a commit, an answer, a place in the waiting room.
            if (held != null && held.isAfter(now)) {
                wake = earlier(wake, held);
            }
            // Verdicts are not what the poll waits for.
            if (task.isAway() || task.awaitsVerdicts()) {
                wake = earlier(wake, now.plus(SLICE));
            }
        }
        return wake;
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
