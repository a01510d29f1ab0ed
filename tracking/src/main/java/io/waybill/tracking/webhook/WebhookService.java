package io.waybill.tracking.webhook;

import io.waybill.log.Log;
import io.waybill.projection.Projector;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Brings results to the configured targets while the application runs: for each one that follows the log and one that sends. */
public final class WebhookService implements SmartLifecycle {

    private static final Duration CONNECT = Duration.ofSeconds(5);

    private final List<WebhookTarget> targets;
    private final WebhookOptions options;
    private final String results;
    private final DataSource dataSource;
    private final Log log;
    private final WebhookDeliveries deliveries;
    private final Map<String, Projector> projectors = new LinkedHashMap<>();
    private final List<WebhookSender> senders = new ArrayList<>();
    private @Nullable HttpClient client;
    private volatile boolean running;

    /** @param results the topic of results */
    public WebhookService(
            List<WebhookTarget> targets, WebhookOptions options, String results, DataSource dataSource, Log log) {
        this.targets = List.copyOf(targets);
        this.options = options;
        this.results = results;
        this.dataSource = dataSource;
        this.log = log;
        this.deliveries = new WebhookDeliveries(JdbcClient.create(dataSource));
    }

    /** By the names of their targets. */
    public synchronized Map<String, Projector> projectors() {
        return Map.copyOf(projectors);
    }

    @Override
    public synchronized void start() {
        HttpClient http = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(options.timeout().compareTo(CONNECT) < 0 ? options.timeout() : CONNECT)
                .build();
        client = http;
        for (WebhookTarget target : targets) {
            Instant since = deliveries.since(target.name());
            Projector projector = new Projector(
                    "webhook-" + target.name(),
                    new WebhookProjection(results, target, deliveries, dataSource, since, options.mostPending()),
                    log);
            projector.start();
            projectors.put(target.name(), projector);
            WebhookSender sender = new WebhookSender(target, options, deliveries, http, InstantSource.system());
            sender.start();
            senders.add(sender);
        }
        running = true;
    }

    @Override
    public synchronized void stop() {
        running = false;
        projectors.values().forEach(Projector::close);
        projectors.clear();
        senders.forEach(WebhookSender::close);
        senders.clear();
        HttpClient http = client;
        client = null;
        if (http != null) {
            // Not close(): that waits for whoever does not answer.
            http.shutdownNow();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
