package io.waybill.tracking.autoconfigure;

import io.waybill.tracking.webhook.WebhookOptions;
import io.waybill.tracking.webhook.WebhookTarget;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where results are sent, and how. {@link WebhookOptions} has the bounds.
 *
 * @param targets by name; requests go to no other address
 */
@ConfigurationProperties("waybill.webhooks")
record WebhookProperties(
        @DefaultValue Map<String, Target> targets,
        @DefaultValue("10s") Duration timeout,
        @DefaultValue("10") int attempts,
        @DefaultValue("5s") Duration firstRetry,
        @DefaultValue("10h") Duration longestRetry,
        @DefaultValue("8") int inFlight,
        @DefaultValue("100000") int mostPending,
        @DefaultValue("7d") Duration kept) {

    WebhookProperties {
        targets = Map.copyOf(targets);
        targets.forEach((name, target) -> {
            WebhookTarget unused = target.named(name);
        });
        WebhookOptions unused =
                new WebhookOptions(timeout, attempts, firstRetry, longestRetry, inFlight, mostPending, kept);
    }

    WebhookOptions options() {
        return new WebhookOptions(timeout, attempts, firstRetry, longestRetry, inFlight, mostPending, kept);
    }

    List<WebhookTarget> all() {
        return targets.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(target -> target.getValue().named(target.getKey()))
                .toList();
    }

    /**
     * @param url http or https
     * @param secrets 1 or 2 that sign
     * @param pipelines whose results it gets; none: all
     */
    record Target(
            @Nullable URI url,
            @Nullable List<String> secrets,
            @Nullable List<String> pipelines) {

        WebhookTarget named(String name) {
            return WebhookTarget.of(name, url, secrets, pipelines);
        }

        @Override
        public String toString() {
            return "Target[url=" + url + ", pipelines=" + pipelines + "]";
        }
    }
}
