package io.waybill.tracking.autoconfigure;

import io.waybill.projection.Projector;
import java.util.Map;
import org.springframework.context.SmartLifecycle;

/**
 * Runs the projections while the application runs. Two projectors, so that an unreadable incident does not hold back
 * the outcomes, nor the other way round.
 */
final class TrackingFollower implements SmartLifecycle {

    private final Projector outcomes;
    private final Projector incidents;
    private volatile boolean running;

    TrackingFollower(Projector outcomes, Projector incidents) {
        this.outcomes = outcomes;
        this.incidents = incidents;
    }

    Projector outcomes() {
        return outcomes;
    }

    Map<String, Projector> projectors() {
        return Map.of("outcomes", outcomes, "incidents", incidents);
    }

    @Override
    public void start() {
        outcomes.start();
        incidents.start();
        running = true;
    }

    @Override
    public void stop() {
        outcomes.close();
        incidents.close();
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
