package io.waybill.projection;

import io.waybill.format.UnreadableLogException;
import io.waybill.log.Log;
import io.waybill.log.LogAdmin.TopicDescription;
import io.waybill.pipeline.Backoff;
import io.waybill.projection.ProjectorState.BackingOff;
import io.waybill.projection.ProjectorState.Following;
import io.waybill.projection.ProjectorState.Halted;
import io.waybill.projection.ProjectorState.Stopped;
import io.waybill.projection.ProjectorState.WaitingForTopics;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one {@link Projection} up to date with the log, without ever being in the engine's way (I2).
 *
 * <ul>
 *   <li>A database or broker that fails is tried again after a bounded, growing wait, for ever; the log keeps what is
 *       missing.
 *   <li>Where another projector was faster, it takes over that one's position and goes on.
 *   <li>A record that cannot be read, or a position outside the log, halts it: it never skips (R9).
 * </ul>
 *
 * <p>{@link #start} runs {@link #step} on a thread of its own until {@link #close}; a test calls {@code step} itself
 * instead. {@link #state} and {@link #lag} are safe for any thread.
 */
public final class Projector implements AutoCloseable {

    private static final Logger logger = LoggerFactory.getLogger(Projector.class);

    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration LAG_EVERY = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(200), 2, Duration.ofSeconds(10));

    private final String name;
    private final Projection projection;
    private final Log log;
    private final InstantSource clock;

    private @Nullable Thread thread;
    private CountDownLatch stop = new CountDownLatch(0);

    private volatile @Nullable Follower follower;
    private volatile ProjectorState state = new Stopped();
    private volatile long lag;
    private Instant lagDue = Instant.MIN;
    private int failures;

    /** @param name of its thread and in log messages, for example {@code tracking-outcomes} */
    public Projector(String name, Projection projection, Log log) {
        this(name, projection, log, InstantSource.system());
    }

    Projector(String name, Projection projection, Log log, InstantSource clock) {
        this.name = name;
        this.projection = projection;
        this.log = log;
        this.clock = clock;
    }

    /** Does nothing where it runs already. A halted one tries again from where it stands. */
    public synchronized void start() {
        if (thread != null && thread.isAlive()) {
            return;
        }
        CountDownLatch stopSignal = new CountDownLatch(1);
        stop = stopSignal;
        thread = Thread.ofPlatform().name(name).start(() -> run(stopSignal));
    }

    /** Ends the thread after the batch at hand; what is not applied then, the next start applies. */
    @Override
    public synchronized void close() {
        Thread running = thread;
        if (running == null) {
            release();
            return;
        }
        thread = null;
        stop.countDown();
        Follower reading = follower;
        if (reading != null) {
            reading.wakeup();
        }
        try {
            if (!running.join(PATIENCE)) {
                running.interrupt();
                running.join(PATIENCE);
            }
        } catch (InterruptedException e) {
            running.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    public ProjectorState state() {
        return state;
    }

    /**
     * Offsets from what is applied to the high watermark, all partitions together; at most about a second old while it
     * follows, the last one known otherwise.
     */
    public long lag() {
        return lag;
    }

    /**
     * Applies what one poll brings. One thread at a time. A halted projector does nothing.
     *
     * @return how long to wait before the next step; zero to go on at once
     */
    public Duration step() {
        if (state instanceof Halted) {
            return PATIENCE;
        }
        try {
            Follower open = follower == null ? open() : follower;
            if (open == null) {
                return BACKOFF.initial();
            }
            if (state instanceof BackingOff) {
                measureLag(open); // grows visibly during an outage
            }
            open.follow(POLL);
            measureLag(open);
            failures = 0;
            turnTo(new Following());
            return Duration.ZERO;
        } catch (WakeupException e) {
            return Duration.ZERO;
        } catch (UnreadableLogException | PositionOutsideLogException | InvalidOffsetException e) {
            turnTo(new Halted(e));
            return PATIENCE;
        } catch (RuntimeException e) {
            Duration wait = BACKOFF.delay(++failures);
            turnTo(new BackingOff(failures, wait, e));
            return wait;
        }
    }

    /** @return null where a topic does not exist yet */
    private @Nullable Follower open() {
        Map<String, TopicDescription> found = log.admin().describe(projection.topics());
        Set<String> missing = new TreeSet<>(projection.topics());
        missing.removeAll(found.keySet());
        if (!missing.isEmpty()) {
            turnTo(new WaitingForTopics(missing));
            return null;
        }
        Follower opened = new Follower(projection, log.reader(), partitions(found.values()));
        follower = opened;
        return opened;
    }

    private static Collection<TopicPartition> partitions(Collection<TopicDescription> topics) {
        return topics.stream().flatMap(Projector::partitions).toList();
    }

    private static Stream<TopicPartition> partitions(TopicDescription topic) {
        return IntStream.range(0, topic.partitions()).mapToObj(number -> new TopicPartition(topic.name(), number));
    }

    private void measureLag(Follower open) {
        Instant now = clock.instant();
        if (!now.isBefore(lagDue)) {
            lag = open.lag();
            lagDue = now.plus(LAG_EVERY);
        }
    }

    private void run(CountDownLatch stopSignal) {
        state = new Stopped();
        try {
            boolean stopped = false;
            while (!stopped && !(state instanceof Halted)) {
                stopped = stopSignal.await(step().toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            logger.warn("Projection {} was interrupted; what it had not applied, the next start applies", name);
        } catch (Error e) {
            turnTo(new Halted(e));
            throw e;
        } finally {
            release();
        }
    }

    private void release() {
        Follower open = follower;
        follower = null;
        failures = 0;
        lagDue = Instant.MIN;
        if (!(state instanceof Halted)) {
            turnTo(new Stopped());
        }
        if (open != null) {
            open.close();
        }
    }

    /** Logs a change of kind only, so that an outage of hours is two lines. */
    private void turnTo(ProjectorState next) {
        ProjectorState before = state;
        state = next;
        if (before.getClass() == next.getClass()) {
            return;
        }
        switch (next) {
            case Stopped stopped -> logger.info("Projection {} stopped", name);
            case WaitingForTopics waiting -> logger.info("Projection {} waits for topics {}", name, waiting.missing());
            case Following following -> logger.info("Projection {} follows {}", name, projection.topics());
            case BackingOff off ->
                logger.warn("Projection {} fails; it tries again until it succeeds", name, off.cause());
            case Halted halted -> logger.error("Projection {} halted; it skipped nothing", name, halted.cause());
        }
    }
}
