package io.waybill.tracking.webhook;

import io.waybill.pipeline.Backoff;
import io.waybill.tracking.webhook.WebhookDeliveries.Claimed;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what is due to one target: each delivery in a request of its own on a virtual thread, so many at a time. Targets share nothing,
 * so one that is down holds up no other. A delivery that a process took and did not settle is due again when its lease is over: it may
 * arrive more than once, with the same id.
 */
final class WebhookSender implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WebhookSender.class);

    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration TIDY = Duration.ofMinutes(1);
    private static final Duration LEASE_BEYOND_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration MOST_ASKED_FOR = Duration.ofHours(1);
    private static final int GROWTH = 4;
    private static final double JITTER = 0.2;
    private static final int GONE = 410;

    private final WebhookTarget target;
    private final WebhookOptions options;
    private final WebhookDeliveries deliveries;
    private final HttpClient client;
    private final InstantSource clock;
    private final Backoff backoff;
    private final Semaphore free;
    private final Duration lease;
    private final CountDownLatch stop = new CountDownLatch(1);
    private @Nullable Thread thread;
    private Instant tidyAt = Instant.MIN;

    /** @param client must follow no redirects */
    WebhookSender(
            WebhookTarget target,
            WebhookOptions options,
            WebhookDeliveries deliveries,
            HttpClient client,
            InstantSource clock) {
        this.target = target;
        this.options = options;
        this.deliveries = deliveries;
        this.client = client;
        this.clock = clock;
        this.backoff = new Backoff(options.firstRetry(), GROWTH, options.longestRetry(), JITTER);
        this.free = new Semaphore(options.inFlight());
        this.lease = options.timeout().plus(LEASE_BEYOND_TIMEOUT);
    }

    synchronized void start() {
        if (thread == null) {
            thread = Thread.ofVirtual().name("webhook-" + target.name()).start(this::run);
        }
    }

    private void run() {
        try {
            while (!stop.await(sendDue() ? 0 : LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                tidy();
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /** @return whether there may be more that can be sent at once */
    private boolean sendDue() throws InterruptedException {
        // Waits for one that comes back: to ask for what nobody is free to send would take it from others.
        if (!free.tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
            return false;
        }
        int room = 1 + free.drainPermits();
        List<Claimed> due = List.of();
        try {
            due = deliveries.claim(target.name(), room, lease);
        } catch (RuntimeException away) {
            LOG.warn("{}: deliveries could not be looked for: {}", target, away.toString());
        }
        free.release(room - due.size());
        due.forEach(claimed -> Thread.ofVirtual()
                .name("webhook-" + target.name() + "-" + claimed.id())
                .start(() -> send(claimed)));
        return due.size() == room;
    }

    private void send(Claimed claimed) {
        try {
            attempt(claimed);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException unsettled) {
            // Its lease ends, and it is sent again.
            LOG.warn(
                    "{}: what became of delivery {} could not be stored: {}",
                    target,
                    claimed.id(),
                    unsettled.toString());
        } finally {
            free.release();
        }
    }

    private void attempt(Claimed claimed) throws InterruptedException {
        CompletableFuture<HttpResponse<Void>> answer = client.sendAsync(request(claimed), BodyHandlers.discarding());
        try {
            answered(claimed, answer.get(options.timeout().toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException silent) {
            answer.cancel(true);
            failed(claimed, null, "no answer within " + options.timeout(), Duration.ZERO);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            failed(
                    claimed,
                    null,
                    cause instanceof IOException ? cause.toString() : String.valueOf(cause),
                    Duration.ZERO);
        }
    }

    private HttpRequest request(Claimed claimed) {
        long seconds = clock.instant().getEpochSecond();
        String id = claimed.webhookId();
        return HttpRequest.newBuilder(target.url())
                .timeout(options.timeout())
                .header("Content-Type", "application/json")
                .header("User-Agent", "Waybill")
                .header("webhook-id", id)
                .header("webhook-timestamp", Long.toString(seconds))
                .header("webhook-signature", Signature.of(id, seconds, claimed.body(), target.secrets()))
                .POST(BodyPublishers.ofString(claimed.body()))
                .build();
    }

    private void answered(Claimed claimed, HttpResponse<Void> response) {
        int status = response.statusCode();
        if (status >= 200 && status < 300) {
            deliveries.delivered(claimed, status);
        } else if (status == GONE) {
            givenUp(claimed, status, "the target answered 410 Gone: it wants no more");
        } else {
            String redirect = status >= 300 && status < 400 ? ", redirects are not followed" : "";
            failed(claimed, status, "the target answered " + status + redirect, askedFor(response));
        }
    }

    /** What the target wants to be left alone for, in seconds. */
    private static Duration askedFor(HttpResponse<Void> response) {
        try {
            Duration asked = Duration.ofSeconds(
                    response.headers().firstValueAsLong("Retry-After").orElse(0));
            return asked.compareTo(MOST_ASKED_FOR) > 0 ? MOST_ASKED_FOR : asked;
        } catch (NumberFormatException date) {
            return Duration.ZERO;
        }
    }

    private void failed(Claimed claimed, @Nullable Integer status, String error, Duration least) {
        if (claimed.attempt() >= options.attempts()) {
            givenUp(claimed, status, error);
            return;
        }
        Duration wait = backoff.delay(claimed.attempt(), ThreadLocalRandom.current());
        deliveries.postpone(claimed, wait.compareTo(least) < 0 ? least : wait, status, error);
    }

    private void givenUp(Claimed claimed, @Nullable Integer status, String error) {
        LOG.error(
                "{}: result {} of flow {} was given up after {} attempts: {}",
                target,
                claimed.number(),
                claimed.trackingId(),
                claimed.attempt(),
                error);
        deliveries.giveUp(claimed, status, error);
    }

    private void tidy() {
        Instant now = clock.instant();
        if (now.isBefore(tidyAt)) {
            return;
        }
        tidyAt = now.plus(TIDY);
        try {
            deliveries.forgetDelivered(options.kept());
        } catch (RuntimeException away) {
            LOG.warn("{}: delivered ones could not be forgotten: {}", target, away.toString());
        }
    }

    /** Requests that are under way end by themselves; what is not settled is sent again when its lease is over. */
    @Override
    public synchronized void close() {
        stop.countDown();
        Thread running = thread;
        if (running != null) {
            try {
                running.join(LOOK.multipliedBy(4));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
