package io.waybill.engine;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one stage of a pipeline until it is stopped: one incarnation after another. A failure of any kind ends the
 * incarnation; after a pause the next one recovers from the commit record alone.
 */
public final class ProcessingThread implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(ProcessingThread.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final int FAILURES_OF_AN_INCIDENT = 5;
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final StagePlan plan;
    private final EngineOptions options;
    private final Ports ports;
    private final String name;

    ProcessingThread(StagePlan plan, EngineOptions options, Ports ports, String name) {
        this.plan = plan;
        this.options = options;
        this.ports = ports;
        this.name = name;
    }

    @Override
    public void run() {
        Duration pause = FIRST_PAUSE;
        int failures = 0;
        while (!ports.stop().requested()) {
            long checkpoints = 0;
            try (Incarnation incarnation = new Incarnation(plan, options, ports, name)) {
                try {
                    incarnation.run();
                } finally {
                    checkpoints = incarnation.checkpoints();
                }
            } catch (RuntimeException e) {
                LOG.warn(
                        "processing thread {} of pipeline {} starts again in {} ms: {}",
                        name,
                        plan.pipeline().name(),
                        pause.toMillis(),
                        e.toString(),
                        e);
                failures = checkpoints > 0 ? 1 : failures + 1;
                if (failures == FAILURES_OF_AN_INCIDENT) {
                    report(e);
                }
                ports.stop().await(pause);
            }
            pause = checkpoints > 0 ? FIRST_PAUSE : shorter(pause.multipliedBy(2), LONGEST_PAUSE);
        }
    }

    private void report(RuntimeException error) {
        try (IncidentLog incidents = new IncidentLog(plan, ports)) {
            incidents.refresh();
            incidents.threadFails(name, error);
        } catch (RuntimeException unreachable) {
            LOG.error("the incident of thread {} could not be written: {}", name, unreachable.toString());
        }
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
