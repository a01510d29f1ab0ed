package io.waybill.tracking.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.waybill.format.LogFormats;
import io.waybill.format.TrackingId;
import io.waybill.format.v1.FlowResult;
import io.waybill.format.v1.Result;
import io.waybill.format.v1.ResultBlock;
import io.waybill.tracking.autoconfigure.TrackingDatabase;
import io.waybill.tracking.projection.Told;
import io.waybill.tracking.webhook.Webhooks.DeliveryState;
import io.waybill.tracking.webhook.Webhooks.DeliveryView;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Results from blocks of the log, by a real Postgres, to real HTTP servers. */
class WebhooksIT {

    private static final String TOPIC = "waybill.results";
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final byte[] SECRET = new byte[32];
    private static final WebhookOptions QUICK = new WebhookOptions(
            Duration.ofSeconds(2), 3, Duration.ofMillis(100), Duration.ofMillis(400), 4, 20, Duration.ofDays(1));

    @RegisterExtension
    static final TrackingDatabase database = new TrackingDatabase();

    private final HttpClient client =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();
    private final WebhookDeliveries deliveries = new WebhookDeliveries(database.jdbc());
    private final Webhooks webhooks = new Webhooks(database.dataSource());
    private final List<AutoCloseable> open = new ArrayList<>();
    private long offset;

    @AfterEach
    void ends() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
        client.shutdownNow();
    }

    private Receiver receiver(Receiver.Answer answer) throws IOException {
        Receiver receiver = new Receiver(answer);
        open.add(receiver);
        return receiver;
    }

    private static WebhookTarget target(String name, Receiver receiver, String... pipelines) {
        return new WebhookTarget(name, receiver.url(), List.of(SECRET), Set.of(pipelines));
    }

    private WebhookSender sends(WebhookTarget target) {
        WebhookSender sender = new WebhookSender(target, QUICK, deliveries, client, InstantSource.system());
        sender.start();
        open.add(sender);
        return sender;
    }

    private WebhookProjection follows(WebhookTarget target) {
        return new WebhookProjection(
                TOPIC,
                target,
                deliveries,
                database.dataSource(),
                Instant.ofEpochMilli(Told.DAY_MS),
                QUICK.mostPending());
    }

    private static FlowResult result(int n, int number, Result result, String pipeline, long atMs) {
        return FlowResult.newBuilder()
                .setTrackingId(Told.flow(n).toByteString())
                .setResult(result)
                .setNumber(number)
                .setLeaves(3)
                .setSucceeded(2)
                .setFailed(1)
                .setAtMs(atMs)
                .setPipeline(pipeline)
                .setMessageId("message \"" + n + "\"")
                .build();
    }

    private static FlowResult result(int n, int number) {
        return result(n, number, Result.PARTIAL, "orders", Told.DAY_MS + n);
    }

    private boolean tell(WebhookProjection projection, FlowResult... results) {
        boolean applied = projection.apply(PARTITION, offset, offset + 1, List.of(block(offset, results)));
        offset++;
        return applied;
    }

    private static ConsumerRecord<byte[], byte[]> block(long offset, FlowResult... results) {
        byte[] value = LogFormats.encode(
                ResultBlock.newBuilder().addAllResults(List.of(results)).build());
        return new ConsumerRecord<>(TOPIC, 0, offset, new byte[0], value);
    }

    private List<DeliveryView> all(DeliveryState state) {
        return webhooks.list(null, state, Long.MAX_VALUE, 500);
    }

    @Test
    void each_result_arrives_signed_with_an_id_of_its_own_and_a_repair_with_the_next_number() throws IOException {
        Receiver receiver = receiver((exchange, told) -> exchange.sendResponseHeaders(204, -1));
        WebhookTarget target = target("erp", receiver);
        WebhookProjection projection = follows(target);
        tell(projection, result(1, 1));
        tell(projection, result(1, 2, Result.ACK, "orders", Told.DAY_MS + 5));
        sends(target);

        await().atMost(SOON).until(() -> all(DeliveryState.DELIVERED).size() == 2);
        assertThat(receiver.told()).extracting(Receiver.Told::path).containsOnly("/hook");
        assertThat(receiver.told())
                .extracting(told -> told.header("webhook-id"))
                .containsExactlyInAnyOrder("flow_" + Told.flow(1) + "_1", "flow_" + Told.flow(1) + "_2");
        assertThat(receiver.told()).allSatisfy(told -> {
            long seconds = Long.parseLong(told.header("webhook-timestamp"));
            assertThat(Instant.ofEpochSecond(seconds))
                    .isBetween(Instant.now().minus(SOON), Instant.now().plusSeconds(1));
            assertThat(told.header("webhook-signature"))
                    .isEqualTo(Signature.of(told.header("webhook-id"), seconds, told.body(), List.of(SECRET)));
            assertThat(told.header("content-type")).isEqualTo("application/json");
            assertThat(told.body())
                    .contains(
                            "\"type\":\"flow.result\"", "\"trackingId\":\"" + Told.flow(1) + "\"", "message \\\"1\\\"");
        });
        assertThat(receiver.told())
                .anySatisfy(told -> assertThat(told.body()).contains("\"number\":2", "\"status\":\"ACK\""));
    }

    @Test
    void what_another_projector_has_taken_is_not_taken_twice_and_what_is_of_before_or_of_others_not_at_all()
            throws IOException {
        WebhookTarget target = target("erp", receiver((exchange, told) -> {}), "orders");
        WebhookProjection one = follows(target);
        WebhookProjection other = follows(target);
        assertThat(tell(one, result(1, 1))).isTrue();

        assertThat(other.apply(PARTITION, 0, 1, List.of(block(0, result(1, 1)))))
                .isFalse();
        assertThat(other.positions()).containsEntry(PARTITION, 1L);
        assertThat(tell(
                        other,
                        result(2, 1, Result.ACK, "other", Told.DAY_MS),
                        result(3, 1, Result.ACK, "orders", Told.DAY_MS - 1)))
                .isTrue();
        assertThat(all(DeliveryState.PENDING))
                .extracting(DeliveryView::trackingId)
                .containsExactly(Told.flow(1));
    }

    @Test
    void what_fails_is_tried_again_with_the_same_id_and_body_until_it_is_taken() throws IOException {
        AtomicInteger tries = new AtomicInteger();
        Receiver receiver = receiver((exchange, told) -> exchange.sendResponseHeaders(
                switch (tries.incrementAndGet()) {
                    case 1 -> 500;
                    case 2 -> 429;
                    default -> 200;
                },
                -1));
        WebhookTarget target = target("erp", receiver);
        tell(follows(target), result(1, 1));
        sends(target);

        await().atMost(SOON).until(() -> all(DeliveryState.DELIVERED).size() == 1);
        assertThat(receiver.told()).hasSize(3);
        assertThat(receiver.told().stream()
                        .map(told -> told.header("webhook-id") + told.body())
                        .distinct())
                .hasSize(1);
        assertThat(all(DeliveryState.DELIVERED).getFirst().attempt()).isEqualTo(3);
    }

    @Test
    void what_is_given_up_says_why_and_a_person_sends_it_again() throws IOException {
        AtomicInteger status = new AtomicInteger(503);
        Receiver receiver = receiver((exchange, told) -> exchange.sendResponseHeaders(status.get(), -1));
        WebhookTarget target = target("erp", receiver);
        tell(follows(target), result(1, 1));
        sends(target);

        await().atMost(SOON).until(() -> all(DeliveryState.GIVEN_UP).size() == 1);
        DeliveryView givenUp = all(DeliveryState.GIVEN_UP).getFirst();
        assertThat(givenUp.attempt()).isEqualTo(QUICK.attempts());
        assertThat(givenUp.httpStatus()).isEqualTo(503);
        assertThat(givenUp.error()).contains("503");
        assertThat(receiver.told()).hasSize(QUICK.attempts());

        status.set(200);
        webhooks.sendAgain(givenUp.id(), "ada");
        await().atMost(SOON).until(() -> all(DeliveryState.DELIVERED).size() == 1);
        assertThat(all(DeliveryState.DELIVERED).getFirst().sentAgainBy()).isEqualTo("ada");
        assertThat(database.jdbc()
                        .sql("SELECT actor FROM audit.entries WHERE action = 'WEBHOOK_SENT_AGAIN' AND subject = :id")
                        .param("id", Long.toString(givenUp.id()))
                        .query(String.class)
                        .single())
                .isEqualTo("ada");
        assertThat(receiver.told().getLast().header("webhook-id"))
                .isEqualTo(receiver.told().getFirst().header("webhook-id"));
    }

    @Test
    void what_is_pending_or_unknown_cannot_be_sent_again() throws IOException {
        WebhookTarget target = target("erp", receiver((exchange, told) -> {}));
        tell(follows(target), result(1, 1));
        long id = all(DeliveryState.PENDING).getFirst().id();

        assertThatThrownBy(() -> webhooks.sendAgain(id, "ada"))
                .isInstanceOf(DeliveryPendingException.class)
                .hasMessageStartingWith("DELIVERY_PENDING: expected delivery " + id);
        assertThatThrownBy(() -> webhooks.sendAgain(id + 1, "ada")).isInstanceOf(UnknownDeliveryException.class);
    }

    @Test
    void a_target_that_wants_no_more_is_not_asked_again() throws IOException {
        Receiver receiver = receiver((exchange, told) -> exchange.sendResponseHeaders(410, -1));
        WebhookTarget target = target("erp", receiver);
        tell(follows(target), result(1, 1));
        sends(target);

        await().atMost(SOON).until(() -> all(DeliveryState.GIVEN_UP).size() == 1);
        assertThat(receiver.told()).hasSize(1);
    }

    @Test
    void a_redirect_is_a_failure_and_leads_nowhere() throws IOException {
        Receiver elsewhere = receiver((exchange, told) -> exchange.sendResponseHeaders(200, -1));
        Receiver receiver = receiver((exchange, told) -> {
            exchange.getResponseHeaders().add("Location", elsewhere.url().toString());
            exchange.sendResponseHeaders(307, -1);
        });
        WebhookTarget target = target("erp", receiver);
        tell(follows(target), result(1, 1));
        sends(target);

        await().atMost(SOON).until(() -> all(DeliveryState.GIVEN_UP).size() == 1);
        assertThat(all(DeliveryState.GIVEN_UP).getFirst().error()).contains("307", "redirects are not followed");
        assertThat(elsewhere.told()).isEmpty();
    }

    @Test
    void a_target_that_does_not_answer_holds_up_no_other_and_takes_no_more_requests_than_it_may() throws IOException {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch released = new CountDownLatch(1);
        open.add(released::countDown);
        Receiver silent = receiver((exchange, told) -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            released.await();
        });
        Receiver healthy = receiver((exchange, told) -> exchange.sendResponseHeaders(200, -1));
        WebhookTarget down = target("down", silent);
        WebhookTarget up = target("up", healthy);
        FlowResult[] results =
                IntStream.range(0, 15).mapToObj(n -> result(n, 1)).toArray(FlowResult[]::new);
        follows(down).apply(PARTITION, 0, 1, List.of(block(0, results)));
        follows(up).apply(PARTITION, 0, 1, List.of(block(0, results)));
        sends(down);
        await().atMost(SOON).until(() -> now.get() == QUICK.inFlight());
        sends(up);

        await().atMost(QUICK.timeout()).until(() -> all(DeliveryState.DELIVERED).size() == 15);
        assertThat(all(DeliveryState.DELIVERED))
                .extracting(DeliveryView::target)
                .containsOnly("up");
        assertThat(most.get()).isEqualTo(QUICK.inFlight());
        await().atMost(SOON)
                .until(() -> all(DeliveryState.PENDING).stream()
                        .anyMatch(pending -> ("no answer within " + QUICK.timeout()).equals(pending.error())));
    }

    @Test
    void what_a_process_took_that_is_gone_is_sent_by_another_when_its_lease_is_over() throws IOException {
        Receiver receiver = receiver((exchange, told) -> exchange.sendResponseHeaders(200, -1));
        WebhookTarget target = target("erp", receiver);
        tell(follows(target), result(1, 1), result(2, 1));
        List<WebhookDeliveries.Claimed> taken = deliveries.claim("erp", 1, Duration.ofSeconds(3));
        assertThat(taken).hasSize(1);
        sends(target);

        await().atMost(SOON).until(() -> all(DeliveryState.DELIVERED).size() == 1);
        assertThat(receiver.told()).hasSize(1);
        await().atMost(SOON).until(() -> all(DeliveryState.DELIVERED).size() == 2);

        // It comes to itself: what it says does not count any more.
        deliveries.giveUp(taken.getFirst(), 500, "late");
        assertThat(all(DeliveryState.GIVEN_UP)).isEmpty();
    }

    @Test
    void where_as_many_are_pending_as_may_be_the_rest_stays_on_the_log() throws IOException {
        WebhookTarget target = target("erp", receiver((exchange, told) -> exchange.sendResponseHeaders(200, -1)));
        WebhookProjection projection = follows(target);
        FlowResult[] many = IntStream.range(0, QUICK.mostPending())
                .mapToObj(n -> result(n, 1))
                .toArray(FlowResult[]::new);
        tell(projection, many);
        long next = offset;

        assertThatThrownBy(() -> projection.apply(PARTITION, next, next + 1, List.of(block(next, result(99, 1)))))
                .hasMessageContaining("expected fewer than 20 pending deliveries of webhook target 'erp'");
        assertThat(projection.positions()).containsEntry(PARTITION, next);

        sends(target);
        await().atMost(SOON).until(() -> all(DeliveryState.PENDING).isEmpty());
        assertThat(tell(projection, result(99, 1))).isTrue();
        await().atMost(SOON).until(() -> all(DeliveryState.DELIVERED).size() == QUICK.mostPending() + 1);
    }

    @Test
    void a_target_gets_what_is_decided_after_it_was_first_started_and_keeps_that_time() {
        Instant since = deliveries.since("erp");
        assertThat(since)
                .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
        assertThat(deliveries.since("erp")).isEqualTo(since);
    }

    @Test
    void delivered_ones_are_forgotten_when_they_are_old_and_given_up_ones_never() throws IOException {
        WebhookTarget target = target("erp", receiver((exchange, told) -> {}));
        tell(follows(target), result(1, 1), result(2, 1));
        List<WebhookDeliveries.Claimed> taken = deliveries.claim("erp", 2, Duration.ofSeconds(60));
        deliveries.delivered(taken.get(0), 200);
        deliveries.giveUp(taken.get(1), 400, "no");

        deliveries.forgetDelivered(Duration.ofHours(1));
        assertThat(all(DeliveryState.DELIVERED)).hasSize(1);
        deliveries.forgetDelivered(Duration.ZERO);
        assertThat(webhooks.list(null, null, Long.MAX_VALUE, 10))
                .extracting(DeliveryView::state)
                .containsExactly(DeliveryState.GIVEN_UP);
        TrackingId left = all(DeliveryState.GIVEN_UP).getFirst().trackingId();
        assertThat(left).isIn(Told.flow(1), Told.flow(2));
    }
}
