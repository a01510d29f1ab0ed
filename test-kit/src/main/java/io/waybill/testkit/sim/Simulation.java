package io.waybill.testkit.sim;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One history: processes that hand over a baton, so that exactly one runs at a time, and only at their port calls;
 * who is next is drawn from the seed. Virtual time passes a little with each call, and otherwise only when everybody
 * waits. The same seed and the same processes give the same history.
 *
 * <p>Threads: {@link #runUntil} and all set-up belong to the thread that created it; everything else to whoever holds
 * the baton. Outside any process a port call takes effect at once, and a wait moves the time.
 */
public final class Simulation implements AutoCloseable {

    private static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");
    private static final long CALL_NANOS = 20_000;
    private static final long MOST_STEPS = 20_000_000;
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);
    private static final long REAL_SECONDS_WITHOUT_A_STEP = 15;

    private final FaultPlan faults;
    private final SplittableRandom randoms;
    private final RandomGenerator schedule;
    private final double inertia;
    private final List<SimProcess> processes = new ArrayList<>();
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::nanos).thenComparingLong(Event::number));
    private final Semaphore driver = new Semaphore(0);
    private final List<Throwable> deaths = new ArrayList<>();
    private final List<Consumer<SimProcess>> silenceListeners = new ArrayList<>();
    private final List<Consumer<SimProcess>> delayListeners = new ArrayList<>();
    private long outageUntilNanos;
    private long uneasyUntilNanos;
    private volatile @Nullable SimProcess running;
    private @Nullable SimulationException failure;
    private BooleanSupplier done = () -> true;
    private long nanos;
    private long limitNanos;
    private long eventCount;
    private long changes;
    private int pendingRestarts;
    private long restartsFromNanos;
    private final List<SimProcess> able = new ArrayList<>();
    private final AtomicLong steps = new AtomicLong();

    public Simulation(long seed, FaultPlan faults) {
        this.faults = faults;
        this.randoms = new SplittableRandom(seed);
        this.schedule = randoms.split();
        this.inertia = List.of(0.0, 0.5, 0.9, 0.98).get(schedule.nextInt(4));
    }

    /** A random of its own for one purpose. Ask in a fixed order. */
    public RandomGenerator random() {
        return randoms.split();
    }

    public InstantSource clock() {
        return this::now;
    }

    public Instant now() {
        return EPOCH.plusNanos(nanos);
    }

    public long nowNanos() {
        return nanos;
    }

    public FaultPlan faults() {
        return faults;
    }

    public Machine machine(String name) {
        return new Machine(name);
    }

    /** What processes died of, simulated crashes not counted. */
    public List<Throwable> deaths() {
        return List.copyOf(deaths);
    }

    /** Whether for this long nobody was dead, paused or slow, and the cluster answered. */
    public boolean isCalmFor(Duration time) {
        return pendingRestarts == 0 && nanos - uneasyUntilNanos >= time.toNanos();
    }

    /** Something is out of the ordinary until then. */
    private void uneasyFor(Duration time) {
        uneasyUntilNanos = Math.max(uneasyUntilNanos, nanos + time.toNanos());
    }

    /** Something is out of the ordinary now. */
    public void uneasy() {
        uneasyFor(Duration.ZERO);
    }

    /** The process that holds the baton; null in the driver. */
    public @Nullable SimProcess running() {
        return running;
    }

    /** A process that neither crashes nor pauses: a sender, a person. */
    public void start(String name, Runnable body) {
        launch(new SimProcess(name, new Machine(name), false, false), body);
    }

    /** A process that dies with its machine, and stays dead until somebody starts another. */
    public void start(Machine machine, String name, Runnable body) {
        SimProcess process = new SimProcess(name, machine, true, false);
        machine.add(process);
        launch(process, body);
    }

    /** A process that dies and is started anew, by whatever it died, for as long as the history lasts. */
    public void supervise(Machine machine, String name, Runnable body) {
        supervise(machine, name, body, 0);
    }

    private void supervise(Machine machine, String name, Runnable body, int restarts) {
        SimProcess process = new SimProcess(name + "#" + restarts, machine, true, restarts > 0);
        machine.add(process);
        launch(process, () -> {
            try {
                body.run();
            } finally {
                long delay = schedule.nextBoolean() ? schedule.nextLong(1, 1_000) : schedule.nextLong(1_000, 30_000);
                pendingRestarts++;
                restart(Duration.ofMillis(delay), () -> supervise(machine, name, body, restarts + 1));
            }
        });
    }

    private void restart(Duration delay, Runnable start) {
        after(delay, () -> {
            if (nanos < restartsFromNanos) {
                restart(Duration.ofNanos(restartsFromNanos - nanos).plus(delay), start);
                return;
            }
            pendingRestarts--;
            uneasy();
            start.run();
        });
    }

    /** Nobody who is dead, or dies meanwhile, is started anew before this time is over. */
    public void holdRestarts(Duration time) {
        restartsFromNanos = Math.max(restartsFromNanos, nanos + time.toNanos());
    }

    /** Another process beside the running one: on its machine, with its fate. It is not started anew. */
    public void spawn(String name, Runnable body) {
        SimProcess parent = Objects.requireNonNull(running, "only a process has others beside it");
        SimProcess process = new SimProcess(name, parent.machine(), parent.isMortal(), parent.isRestarted());
        parent.machine().add(process);
        launch(process, body);
    }

    private void launch(SimProcess process, Runnable body) {
        processes.add(process);
        process.run(
                () -> {
                    try {
                        body.run();
                    } catch (SimulatedCrash expected) {
                        process.kill();
                    } catch (Throwable death) {
                        deaths.add(death);
                    }
                },
                this::passBaton);
    }

    /** The machine of this process dies now, whoever holds the baton. */
    public void crash(Machine machine) {
        uneasy();
        for (SimProcess victim : machine.crash()) {
            silent(victim);
        }
    }

    /** The running process ends its own machine, as a call of {@code Runtime.halt} would. */
    public void crashRunning() {
        SimProcess me = Objects.requireNonNull(running, "only a process can end its machine");
        crash(me.machine());
        me.dieIfDead();
    }

    /** An event of the world outside the processes: a timer of the broker, an operator who starts something again. */
    public void after(Duration delay, Runnable event) {
        events.add(new Event(nanos + delay.toNanos(), eventCount++, event));
    }

    /** Told of each process that falls silent: it died or was paused. */
    public void onSilence(Consumer<SimProcess> listener) {
        silenceListeners.add(listener);
    }

    /** Told of each process whose call begins to take long. */
    public void onDelay(Consumer<SimProcess> listener) {
        delayListeners.add(listener);
    }

    /** Whether the cluster answers nobody now. */
    public boolean isOutage() {
        return nanos < outageUntilNanos;
    }

    /** When the cluster is back, at the earliest now. */
    public Duration untilBack() {
        return Duration.ofNanos(Math.max(0, outageUntilNanos - nanos));
    }

    private void silent(SimProcess process) {
        silenceListeners.forEach(listener -> listener.accept(process));
    }

    /** Runs the processes until {@code end} holds. Throws what keeps the history from its end. */
    public void runUntil(BooleanSupplier end, Duration limit) {
        done = end;
        failure = null;
        limitNanos = nanos + limit.toNanos();
        passBaton();
        awaitDriverBaton();
        if (failure != null) {
            throw failure;
        }
    }

    private void awaitDriverBaton() {
        long seen = -1;
        while (true) {
            try {
                if (driver.tryAcquire(REAL_SECONDS_WITHOUT_A_STEP, TimeUnit.SECONDS)) {
                    return;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw SimulationException.endless("the test's patience", processes.toString());
            }
            SimProcess suspect = running;
            if (seen == steps.get() && suspect != null) {
                throw SimulationException.blocked(suspect.name(), suspect.stack());
            }
            seen = steps.get();
        }
    }

    /** A port call: hands the baton over, then takes effect, unless a fault strikes. */
    public <T> T call(Point point, Supplier<T> effect) {
        SimProcess me = running;
        if (me == null) {
            return effect.get();
        }
        if (me.isIncorrigible()) {
            failure = SimulationException.undead(me.name(), me.stack());
            me.putAway();
            passBaton();
            me.awaitBaton();
        }
        me.dieIfDead();
        me.arrive(point);
        nanos += CALL_NANOS;
        handOver(me);
        me.dieIfDead();
        Fault fault = faults.next(me, point);
        strikeBefore(me, fault, point, effect);
        sitOut(point);
        T result = effect.get();
        if (!point.reading()) {
            changed();
        }
        me.dieIfDead();
        if (fault == Fault.CRASH_AFTER) {
            crash(me.machine());
            me.dieIfDead();
        }
        if (fault == Fault.SLOW_REPLY) {
            delay(me);
        }
        if (fault == Fault.LOST_REPLY) {
            throw timeout(point);
        }
        return result;
    }

    private <T> void strikeBefore(SimProcess me, Fault fault, Point point, Supplier<T> effect) {
        switch (fault) {
            case CRASH_BEFORE -> crash(me.machine());
            case CRASH_IN_FLIGHT -> {
                later(effect);
                crash(me.machine());
            }
            case LOST_REQUEST -> throw timeout(point);
            case LATE_REQUEST -> {
                later(effect);
                throw timeout(point);
            }
            case PAUSE -> {
                Duration time = Duration.ofMillis(faults.pauseMs());
                me.pauseUntil(nanos + time.toNanos());
                uneasyFor(time);
                silent(me);
                handOver(me);
            }
            case SLOW_REQUEST -> delay(me);
            case OUTAGE -> {
                long length = Duration.ofMillis(faults.outageMs()).toNanos();
                outageUntilNanos = Math.max(outageUntilNanos, nanos + length);
                uneasyFor(untilBack());
                after(untilBack(), () -> {});
            }
            case NONE, CRASH_AFTER, SLOW_REPLY, LOST_REPLY -> {}
        }
        me.dieIfDead();
    }

    private void delay(SimProcess me) {
        Duration time = Duration.ofMillis(faults.slowMs());
        uneasyFor(time);
        delayListeners.forEach(listener -> listener.accept(me));
        boolean unused = await(time, () -> false);
    }

    /** The running process does something else than calling ports: others may look at it now, and time passes. */
    public void work(Duration time) {
        SimProcess me = running;
        if (me != null) {
            delayListeners.forEach(listener -> listener.accept(me));
        }
        uneasyFor(time);
        changed();
        boolean unused = await(time, () -> false);
    }

    /** A client tries again until its own time-out. */
    private void sitOut(Point point) {
        if (point.lossy() && isOutage() && !await(REQUEST_TIMEOUT, () -> !isOutage())) {
            throw timeout(point);
        }
    }

    /** Something changed that somebody may wait for. Port calls and events say so themselves. */
    public void changed() {
        changes++;
    }

    /** For calls that stay inside the process: a dead one may not even do that. */
    public void checkAlive() {
        SimProcess me = running;
        if (me != null) {
            me.dieIfDead();
        }
    }

    private <T> void later(Supplier<T> effect) {
        after(Duration.ofMillis(faults.lateMs()), () -> {
            try {
                T unused = effect.get();
            } catch (KafkaException refused) {
                // The broker's answer reaches nobody: its sender is dead or has given up.
            }
        });
    }

    private static TimeoutException timeout(Point point) {
        return new TimeoutException("no reply within the time-out: " + point.name());
    }

    public void run(Point point, Runnable effect) {
        this.<Boolean>call(point, () -> {
            effect.run();
            return true;
        });
    }

    /**
     * Waits in virtual time.
     *
     * @param condition about what port calls and events change; about the time only where the time-out says so too
     * @return whether the condition holds
     */
    public boolean await(Duration timeout, BooleanSupplier condition) {
        if (condition.getAsBoolean()) {
            return true;
        }
        long deadline = nanos + timeout.toNanos();
        SimProcess me = running;
        if (me == null) {
            while (nanos < deadline && !condition.getAsBoolean()) {
                Event event = events.peek();
                nanos = event == null ? deadline : Math.clamp(event.nanos(), nanos, deadline);
                fireDue();
            }
            return condition.getAsBoolean();
        }
        me.sleepUntil(deadline, condition);
        handOver(me);
        me.wake();
        me.dieIfDead();
        return condition.getAsBoolean();
    }

    private void handOver(SimProcess me) {
        SimProcess next = pick();
        if (next == me) {
            return;
        }
        give(next);
        me.awaitBaton();
    }

    private void passBaton() {
        give(pick());
    }

    private void give(@Nullable SimProcess next) {
        running = next;
        if (next == null) {
            driver.release();
        } else {
            next.takeBaton();
        }
    }

    private @Nullable SimProcess pick() {
        try {
            return choose();
        } catch (RuntimeException | Error broken) {
            failure = SimulationException.broken(broken);
            return null;
        }
    }

    private @Nullable SimProcess choose() {
        long step = steps.incrementAndGet();
        while (true) {
            processes.removeIf(SimProcess::isFinished);
            if (failure != null || done.getAsBoolean()) {
                return null;
            }
            if (step > MOST_STEPS || nanos > limitNanos) {
                failure = SimulationException.endless(
                        "%d steps and %s".formatted(MOST_STEPS, Duration.ofNanos(limitNanos)), processes.toString());
                return null;
            }
            fireDue();
            able.clear();
            for (SimProcess process : processes) {
                if (process.isRunnable(nanos, changes)) {
                    able.add(process);
                }
            }
            if (!able.isEmpty()) {
                SimProcess me = running;
                boolean stay = me != null && able.contains(me) && schedule.nextDouble() < inertia;
                return stay ? me : able.get(schedule.nextInt(able.size()));
            }
            if (!advance()) {
                failure = SimulationException.deadlocked(processes.toString());
                return null;
            }
        }
    }

    private boolean advance() {
        long next = Long.MAX_VALUE;
        for (SimProcess process : processes) {
            next = Math.min(next, process.nextNanos(nanos));
        }
        Event event = events.peek();
        if (event != null) {
            next = Math.min(next, event.nanos());
        }
        if (next == Long.MAX_VALUE) {
            return false;
        }
        nanos = Math.max(nanos, next);
        fireDue();
        return true;
    }

    private void fireDue() {
        for (Event event = events.peek(); event != null && event.nanos() <= nanos; event = events.peek()) {
            events.poll();
            event.action().run();
            changed();
        }
    }

    /** Ends every process. */
    @Override
    public void close() {
        faults.end();
        events.clear();
        pendingRestarts = 0;
        restartsFromNanos = 0;
        processes.forEach(SimProcess::kill);
        runUntil(() -> processes.stream().allMatch(SimProcess::isFinished), Duration.ofDays(1));
    }

    private record Event(long nanos, long number, Runnable action) {}
}
