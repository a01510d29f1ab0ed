package io.waybill.deadletters.autoconfigure;

import io.waybill.projection.Projector;
import org.springframework.context.SmartLifecycle;

/** Runs the projection while the application runs. */
final class DeadLetterFollower implements SmartLifecycle {

    private final Projector projector;
    private volatile boolean running;

    DeadLetterFollower(Projector projector) {
        this.projector = projector;
    }

    @Override
    public void start() {
        projector.start();
        running = true;
    }

    @Override
    public void stop() {
        projector.close();
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
