package io.waybill.tracking.autoconfigure;

import io.waybill.projection.Projector;
import io.waybill.projection.ProjectorState.BackingOff;
import io.waybill.projection.ProjectorState.Following;
import io.waybill.projection.ProjectorState.Halted;
import io.waybill.projection.ProjectorState.Stopped;
import io.waybill.projection.ProjectorState.WaitingForTopics;
import io.waybill.tracking.webhook.WebhookService;
import java.util.Map;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/** Down where a projection halted, since that does not pass by itself. Costs nothing: asks neither broker nor database. */
final class TrackingHealth extends AbstractHealthIndicator {

    private final TrackingFollower follower;
    private final WebhookService webhooks;

    TrackingHealth(TrackingFollower follower, WebhookService webhooks) {
        this.webhooks = webhooks;
        this.follower = follower;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        builder.up();
        follower.projectors().forEach((name, projector) -> describe(name, projector, builder));
        webhooks.projectors().forEach((target, projector) -> describe("webhook " + target, projector, builder));
    }

    private static void describe(String name, Projector projector, Health.Builder builder) {
        switch (projector.state()) {
            case Halted halted -> builder.down().withDetail(name, detail("halted: " + halted.cause(), projector));
            case BackingOff off -> builder.withDetail(name, detail("tries again: " + off.cause(), projector));
            case WaitingForTopics waiting ->
                builder.withDetail(name, detail("waits for topics " + waiting.missing(), projector));
            case Following following -> builder.withDetail(name, detail("follows", projector));
            case Stopped stopped -> builder.withDetail(name, detail("stopped", projector));
        }
    }

    private static Map<String, Object> detail(String state, Projector projector) {
        return Map.of("state", state, "recordsBehind", projector.lag());
    }
}
