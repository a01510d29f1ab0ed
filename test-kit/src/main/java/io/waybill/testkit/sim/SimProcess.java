package io.waybill.testkit.sim;

import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A simulated process: one thread that runs only while it holds the baton. */
public final class SimProcess {

    /** A dead process that still calls ports this often is a loop that swallows errors: its thread is put away. */
    private static final int CALLS_AFTER_DEATH = 1_000;

    private final String name;
    private final Machine machine;
    private final boolean mortal;
    private final boolean restarted;
    private final Semaphore baton = new Semaphore(0);
    private @Nullable Thread thread;
    private boolean dead;
    private boolean finished;
    private boolean waiting;
    private @Nullable BooleanSupplier wakes;
    private boolean woken;
    private long wakesAsOf;
    private long wakesAtNanos;
    private long pausedUntilNanos;
    private long calls;
    private int callsAfterDeath;
    private String at = "start";

    SimProcess(String name, Machine machine, boolean mortal, boolean restarted) {
        this.name = name;
        this.machine = machine;
        this.mortal = mortal;
        this.restarted = restarted;
    }

    /** Whether it neither died nor is paused: its heartbeats are sent. */
    public boolean isResponsive(long nowNanos) {
        return !dead && !finished && pausedUntilNanos <= nowNanos;
    }

    /** Whether it died or came to its end. */
    public boolean isGone() {
        return dead || finished;
    }

    public String name() {
        return name;
    }

    Machine machine() {
        return machine;
    }

    boolean isMortal() {
        return mortal;
    }

    boolean isRestarted() {
        return restarted;
    }

    long calls() {
        return calls;
    }

    boolean isFinished() {
        return finished;
    }

    boolean isDead() {
        return dead;
    }

    void run(Runnable body, Runnable afterwards) {
        thread = Thread.ofVirtual().name(name).start(() -> {
            baton.acquireUninterruptibly();
            try {
                body.run();
            } finally {
                finished = true;
                afterwards.run();
            }
        });
    }

    void takeBaton() {
        baton.release();
    }

    void awaitBaton() {
        baton.acquireUninterruptibly();
    }

    void kill() {
        dead = true;
    }

    void dieIfDead() {
        if (!dead) {
            return;
        }
        callsAfterDeath++;
        throw new SimulatedCrash(name + " died at " + at);
    }

    boolean isIncorrigible() {
        return dead && callsAfterDeath >= CALLS_AFTER_DEATH;
    }

    void putAway() {
        finished = true;
    }

    void arrive(Point point) {
        calls++;
        at = point.name();
    }

    void pauseUntil(long nanos) {
        pausedUntilNanos = nanos;
    }

    void sleepUntil(long nanos, BooleanSupplier condition) {
        waiting = true;
        wakes = condition;
        wakesAsOf = -1;
        wakesAtNanos = nanos;
    }

    void wake() {
        waiting = false;
        wakes = null;
    }

    /** @param changes of the world so far: a condition is asked again only after one */
    boolean isRunnable(long nowNanos, long changes) {
        if (finished) {
            return false;
        }
        if (dead) {
            return true;
        }
        return pausedUntilNanos <= nowNanos && (!waiting || wakesAtNanos <= nowNanos || isWoken(changes));
    }

    private boolean isWoken(long changes) {
        BooleanSupplier condition = wakes;
        if (condition != null && wakesAsOf != changes) {
            wakesAsOf = changes;
            woken = condition.getAsBoolean();
        }
        return condition != null && woken;
    }

    /** When it can go on at the latest, if nothing else happens. */
    long nextNanos(long nowNanos) {
        if (finished) {
            return Long.MAX_VALUE;
        }
        if (pausedUntilNanos > nowNanos) {
            return pausedUntilNanos;
        }
        return waiting ? wakesAtNanos : nowNanos;
    }

    String stack() {
        StringBuilder text = new StringBuilder();
        if (thread != null) {
            for (StackTraceElement element : thread.getStackTrace()) {
                text.append("    at ").append(element).append('\n');
            }
        }
        return text.toString();
    }

    @Override
    public String toString() {
        String state = finished ? "finished" : dead ? "dead" : waiting ? "waiting" : "running";
        return name + " " + state + " at " + at + " after " + calls + " calls";
    }
}
