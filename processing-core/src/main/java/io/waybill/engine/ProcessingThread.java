package io.waybill.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a pipeline's stages until it is stopped: one incarnation after another. A failure of any kind ends the
 * incarnation; after a pause the next one recovers from the commit record alone.
 */
public final class ProcessingThread implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(ProcessingThread.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final int FAILURES_OF_AN_INCIDENT = 5;
    private static final Duration WINDOW = Duration.ofMinutes(5);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final PipelinePlan plan;
    private final EngineOptions options;
    private final Ports ports;
    private final String name;
    private final Helm helm;
    private final Deque<Instant> failures = new ArrayDeque<>();
    private Heritage heritage;
    private @Nullable Incarnation incarnation;

    ProcessingThread(PipelinePlan plan, EngineOptions options, Ports ports, String name, Isolation isolation) {
        this.plan = plan;
        this.options = options;
        this.ports = ports;
        this.name = name;
        this.heritage = new Heritage(Incarnation.uuid(ports.random()), isolation, new Refusals());
        this.helm = new Helm(ports.crew(), plan.pipeline().name() + "-" + name, options.recordDeadline(), this::course);
    }

    /** Returns when the stop was requested, everything is closed, and this thread is in no operator. */
    @Override
    public void run() {
        helm.steer();
    }

    /** One thread at a time; whoever takes over goes on with the incarnation that is there. */
    private void course() {
        while (incarnation != null || !ports.stop().requested()) {
            try {
                live();
            } catch (Relieved relieved) {
                throw relieved;
            } catch (Throwable e) {
                failed(e);
            }
        }
    }

    private void live() {
        Incarnation life = incarnation;
        if (life == null) {
            life = begin();
            if (life == null) {
                return;
            }
            incarnation = life;
        }
        try {
            life.run();
        } catch (Relieved relieved) {
            throw relieved;
        } catch (Throwable e) {
            closeAfter(life, e);
            throw e;
        }
        incarnation = null;
        life.close();
    }

    /** Waits while the pipeline is stopped; null where the process ends first. */
    private @Nullable Incarnation begin() {
        Lifecycle lifecycle = new Lifecycle(plan, ports, name);
        try {
            if (lifecycle.awaitStart()) {
                return new Incarnation(plan, options, name, helm, lifecycle, heritage);
            }
        } catch (Throwable e) {
            Closing.all(List.of(lifecycle));
            throw e;
        }
        lifecycle.close();
        return null;
    }

    private void closeAfter(Incarnation life, Throwable failure) {
        incarnation = null;
        try {
            life.close();
        } catch (Throwable closing) {
            failure.addSuppressed(closing);
        }
    }

    private void failed(Throwable e) {
        if (Thrown.isUncleanExit(e)) {
            // What it ran might as well have ended the process: to its successor it is as if it had.
            heritage = heritage.ofAnotherLife(Incarnation.uuid(ports.random()));
        }
        if (e instanceof OutputRefusedException refused) {
            heritage.refusals().add(refused, ports.clock().instant());
        }
        Duration pause = pauseAfter();
        LOG.warn(
                "processing thread {} of pipeline {} starts again in {} ms: {}",
                name,
                plan.pipeline().name(),
                pause.toMillis(),
                e.toString(),
                e);
        if (failures.size() >= FAILURES_OF_AN_INCIDENT || e instanceof OperatorsStuckException) {
            report(e);
        }
        ports.stop().await(pause);
        while (!helm.isWatched() && !ports.stop().requested()) {
            ports.stop().await(LONGEST_PAUSE);
        }
    }

    /** The more failures in the window, the longer: checkpoints in between do not make a failing thread healthy. */
    private Duration pauseAfter() {
        Instant now = ports.clock().instant();
        failures.add(now);
        while (failures.getFirst().isBefore(now.minus(WINDOW))) {
            failures.removeFirst();
        }
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures.size() - 1, 7));
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }

    private void report(Throwable error) {
        try (IncidentLog incidents = new IncidentLog(plan, ports)) {
            incidents.refresh();
            incidents.threadFails(name, error);
        } catch (RuntimeException unreachable) {
            LOG.error("the incident of thread {} could not be written: {}", name, unreachable.toString());
        }
    }
}
