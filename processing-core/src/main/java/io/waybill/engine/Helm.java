package io.waybill.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a processing thread steered while an operator runs long. One thread of a small crew steers: it polls, commits
 * and calls operators itself, so that a fast record costs no hand-over. Another one watches it; where an operator does
 * not return within {@link #PATIENCE}, the watcher steers on and the record becomes one that is waited for. Its thread
 * joins the watchers when the operator returns.
 */
final class Helm {

    static final Duration PATIENCE = Duration.ofMillis(250);
    /** Threads whose operators never return are lost: past this many the processing thread gives up. */
    static final int MOST_CREW = 8;

    private static final Duration ALONE = Duration.ofSeconds(10);
    private static final Duration WATCH = Duration.ofMinutes(1);

    private final Ports.Crew crew;
    private final String name;
    private final Duration deadline;
    private final Runnable course;
    private final AtomicInteger members = new AtomicInteger(1);
    private final AtomicInteger watchers = new AtomicInteger();
    private volatile @Nullable Attempt inside;
    private volatile Runnable interrupter = () -> {};
    private volatile boolean ended;
    private Instant aloneSince = Instant.MAX;

    /**
     * @param deadline of operators
     * @param course what steering is: returns when all is over, throws {@link Relieved} when another took over
     */
    Helm(Ports.Crew crew, String name, Duration deadline, Runnable course) {
        this.crew = crew;
        this.name = name;
        this.deadline = deadline;
        this.course = course;
    }

    /** Returns when the course is over and this thread is not in an operator. */
    void steer() {
        hire();
        serve(true);
    }

    private void hire() {
        int number = members.getAndIncrement();
        watchers.incrementAndGet();
        crew.start(name + "-crew-" + number, () -> serve(false));
    }

    private void serve(boolean first) {
        boolean steers = first;
        Runnable mine = crew.interrupter();
        while (!ended) {
            if (!steers) {
                steers = watch();
                continue;
            }
            try {
                interrupter = mine;
                course.run();
                ended = true;
            } catch (Relieved relieved) {
                crew.forgetInterruption();
                watchers.incrementAndGet();
                steers = false;
            } catch (Throwable death) {
                ended = true;
                throw death;
            }
        }
    }

    /** @return whether this thread steers from now on */
    private boolean watch() {
        crew.await(WATCH, () -> ended || inside != null);
        Attempt seen = inside;
        if (seen == null || crew.await(PATIENCE, () -> ended || inside != seen) || !seen.overtake(interrupter)) {
            return false;
        }
        inside = null;
        if (watchers.decrementAndGet() == 0 && members.get() < MOST_CREW) {
            hire();
        }
        return true;
    }

    /** Whether somebody would notice that an operator does not return: without that none is called. */
    boolean isWatched() {
        return watchers.get() > 0;
    }

    /** @throws OperatorsStuckException where nobody has been left to watch for longer than operators may take */
    void requireOneBack(Instant now) {
        if (isWatched()) {
            aloneSince = Instant.MAX;
            return;
        }
        if (aloneSince.equals(Instant.MAX)) {
            aloneSince = now;
        }
        if (now.isAfter(aloneSince.plus(deadline).plus(ALONE))) {
            throw OperatorsStuckException.of(name, MOST_CREW - 1);
        }
    }

    /** Runs the operators of an attempt, which then holds what they threw. */
    void run(Attempt attempt, Operators operators) {
        inside = attempt;
        Throwable thrown = null;
        try {
            operators.run();
        } catch (Throwable e) {
            thrown = e;
        }
        if (!attempt.end(thrown)) {
            throw new Relieved();
        }
        inside = null;
    }

    interface Operators {
        void run() throws OperatorFailure;
    }
}
