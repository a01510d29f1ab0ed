package io.waybill.audit.autoconfigure;

import io.waybill.projection.Projector;
import org.springframework.context.SmartLifecycle;

/** Enters orders from the log while the application runs. */
final class AuditFollower implements SmartLifecycle {

    private final Projector projector;
    private volatile boolean running;

    AuditFollower(Projector projector) {
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
