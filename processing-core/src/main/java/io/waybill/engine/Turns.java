package io.waybill.engine;

import io.waybill.format.UnreadableLogException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Gives each task of a life its turn to run operators, where it may: nothing of the thread waits for sinks, somebody
 * watches, and no record that must be alone is in an operator of the process. One thread.
 */
final class Turns {

    private static final Duration LENGTH = Duration.ofMillis(25);
    /** How many tasks of staged sinks may wait for their databases, of the crew of {@link Helm#MOST_CREW}. */
    private static final int MOST_AT_TARGETS = 3;

    private final Ports ports;
    private final Helm helm;
    private final Isolation isolation;
    private final OwnedTasks tasks;
    private final Checkpoints checkpoints;
    private final IncidentLog incidents;
    private final RateLimit limit;
    private boolean barred;
    private int rounds;

    Turns(
            Ports ports,
            Helm helm,
            Isolation isolation,
            OwnedTasks tasks,
            Checkpoints checkpoints,
            IncidentLog incidents,
            RateLimit limit) {
        this.ports = ports;
        this.helm = helm;
        this.isolation = isolation;
        this.tasks = tasks;
        this.checkpoints = checkpoints;
        this.incidents = incidents;
        this.limit = limit;
    }

    /** A new round begins: as far as nothing of this thread is in operators, and nothing needs to be alone there. */
    void letOthersIn() {
        Instant now = ports.clock().instant();
        barred = false;
        List<Task> held = tasks.held();
        if (held.stream().noneMatch(Task::isAway)) {
            isolation.leave(this, held.stream().anyMatch(task -> task.isInCalls(now)));
        }
        if (held.stream()
                .noneMatch(task -> task.isAloneInCall() || (task.isAlone() && (task.isAway() || task.runnable(now))))) {
            isolation.release(this);
        }
    }

    /** Whether one that could run was not let in, in this round. */
    boolean isBarred() {
        return barred;
    }

    /** The tasks of a round, in turn. Where they share a limit, each of them is first in one round after another. */
    List<Task> round() {
        List<Task> round = new ArrayList<>(tasks.open());
        if (!limit.isNone() && !round.isEmpty()) {
            limit.owns((int) round.stream().filter(Task::beginsFlows).count());
            Collections.rotate(round, rounds++ % round.size());
        }
        return round;
    }

    void advance(Task task) {
        Instant now = ports.clock().instant();
        if (tasks.isToHalt(task.input())) {
            return;
        }
        task.hear(now);
        if (!helm.isWatched() || !checkpoints.takesRecords()) {
            // No operator is called now; but one that is late is interrupted, or nobody would ever be back.
            task.cutLate(now);
            return;
        }
        if (!task.runnable(now)) {
            return;
        }
        if (!isLetIn(task, now)) {
            barred = true;
            return;
        }
        run(task, now.plus(LENGTH));
    }

    /** A database that is silent must not keep everybody of the crew: somebody steers on, and watches. */
    private boolean isCrowded(Task task) {
        return task.appliesRows()
                && !task.isAway()
                && tasks.open().stream()
                                .filter(other -> other.appliesRows() && other.isAway())
                                .count()
                        >= MOST_AT_TARGETS;
    }

    private boolean isLetIn(Task task, Instant now) {
        if (isCrowded(task)) {
            return false;
        }
        boolean alone = task.isAlone();
        for (Task other : tasks.open()) {
            if (other != task && other.isAway() && (alone || other.isAlone())) {
                return false;
            }
            if (alone && other.isInCalls(now)) {
                return false;
            }
            if (other.isAloneInCall() || (!alone && !task.isAway() && other.isAlone() && other.runnable(now))) {
                // It would wait for ever for a moment at which no call of the others is under way.
                return false;
            }
        }
        return alone ? isolation.enterAlone(this) : isolation.enter(this);
    }

    private void run(Task task, Instant until) {
        long before = task.progress();
        try {
            task.advance(helm, until, task.hasOnlyToLook() ? Task.Release.NONE : checkpoints.begun());
        } catch (TaskHaltedException e) {
            tasks.mustHalt(task.input(), e);
            return;
        } catch (UnreadableLogException e) {
            tasks.mustHalt(task.input(), TaskHaltedException.unreadableLog(e));
            return;
        }
        task.tellOfTarget(incidents);
        OperatorFailure stop = task.stoppedBy();
        if (task.progress() > before) {
            // Also where it stops again at once: that is another record, and another incident.
            incidents.resumed(task.id(), "waybill");
        }
        if (stop != null) {
            incidents.stopped(task, stop, task.currentRecord());
        }
    }

    /** No operator is called on behalf of this life any more. */
    void end() {
        isolation.leave(this, false);
        isolation.release(this);
    }
}
