package io.waybill.deadletters.outbox;

import io.waybill.format.LogFormats;
import io.waybill.format.Topics;
import io.waybill.log.Log;
import io.waybill.log.LogAdmin.TopicDescription;
import io.waybill.log.LogWriter;
import io.waybill.pipeline.Backoff;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;

/**
 * Sends claimed orders and notes on each what became of it. One thread, in a transaction of {@link OutboxRows}. What
 * fails here fails alone: a pipeline whose topic is missing does not hold up the others.
 */
final class OutboxSender {

    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(250), 2, Duration.ofSeconds(30));
    private static final Duration ACKNOWLEDGED_WITHIN = Duration.ofSeconds(30);

    private final OutboxRows rows;
    private final Log log;
    private final Topics topics;

    OutboxSender(OutboxRows rows, Log log, Topics topics) {
        this.rows = rows;
        this.log = log;
        this.topics = topics;
    }

    /** @return the first failure's message; null where all were sent */
    @Nullable
    String send(List<ClaimedOrder> orders, LogWriter writer) throws InterruptedException {
        Map<String, TopicDescription> known;
        try {
            known = log.admin()
                    .describe(orders.stream().map(order -> order.topic(topics)).collect(Collectors.toSet()));
        } catch (InterruptException e) {
            throw interrupted(e);
        } catch (KafkaException e) {
            orders.forEach(order -> postpone(order, e.toString()));
            return e.toString();
        }
        List<Sending> sendings = new ArrayList<>();
        String failure = null;
        for (ClaimedOrder order : orders) {
            String missing = missing(order, known.get(order.topic(topics)));
            if (missing == null) {
                sendings.add(new Sending(order, hand(order, writer)));
            } else {
                postpone(order, missing);
                failure = missing;
            }
        }
        String refused = settle(sendings);
        return failure == null ? refused : failure;
    }

    private CompletableFuture<RecordMetadata> hand(ClaimedOrder order, LogWriter writer) throws InterruptedException {
        byte[] key = order.deadLetterId().getBytes(StandardCharsets.UTF_8);
        byte[] command = LogFormats.encode(rows.load(order).command());
        try {
            return writer.send(new ProducerRecord<>(order.topic(topics), order.partition(), key, command));
        } catch (InterruptException e) {
            throw interrupted(e);
        } catch (KafkaException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Marks what was acknowledged; what was not may have arrived all the same, so it goes out again as it is. */
    private @Nullable String settle(List<Sending> sendings) throws InterruptedException {
        long deadline = System.nanoTime() + ACKNOWLEDGED_WITHIN.toNanos();
        List<String> sent = new ArrayList<>();
        String failure = null;
        for (Sending sending : sendings) {
            try {
                sending.acknowledged().get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
                sent.add(sending.order().id());
            } catch (TimeoutException e) {
                failure = "not acknowledged within " + ACKNOWLEDGED_WITHIN;
                postpone(sending.order(), failure);
            } catch (ExecutionException e) {
                failure = String.valueOf(e.getCause());
                fail(sending.order(), e.getCause(), failure);
            }
        }
        if (!sent.isEmpty()) {
            rows.markSent(sent);
        }
        return failure;
    }

    private void fail(ClaimedOrder order, @Nullable Throwable cause, String message) {
        if (cause instanceof RecordTooLargeException) {
            rows.giveUp(order, message);
        } else {
            postpone(order, message);
        }
    }

    private void postpone(ClaimedOrder order, String error) {
        rows.tryAgain(order, "not sent yet: " + error, BACKOFF.delay(order.tries() + 1));
    }

    private @Nullable String missing(ClaimedOrder order, @Nullable TopicDescription topic) {
        if (topic == null) {
            return "expected the topic '%s', but there is none: does the pipeline run?".formatted(order.topic(topics));
        }
        return order.partition() < topic.partitions()
                ? null
                : "expected partition %d of '%s', but there are %d"
                        .formatted(order.partition(), topic.name(), topic.partitions());
    }

    private static InterruptedException interrupted(InterruptException cause) {
        InterruptedException interrupted = new InterruptedException(cause.getMessage());
        interrupted.initCause(cause);
        return interrupted;
    }

    private record Sending(ClaimedOrder order, CompletableFuture<RecordMetadata> acknowledged) {}
}
