package io.waybill.deadletters.outbox;

import static io.waybill.deadletters.fixture.Events.apply;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.waybill.deadletters.DeadLetters.ReplayStatus;
import io.waybill.deadletters.DeadLetters.ReplayView;
import io.waybill.deadletters.DeadLetters.Status;
import io.waybill.deadletters.desk.DeskLimits;
import io.waybill.deadletters.desk.DeskSessions;
import io.waybill.deadletters.desk.JpaDeadLetterDesk;
import io.waybill.deadletters.fixture.Database;
import io.waybill.deadletters.fixture.Events;
import io.waybill.deadletters.fixture.RecordingLog;
import io.waybill.deadletters.projection.DeadLetterProjection;
import io.waybill.deadletters.query.JdbcDeadLetters;
import io.waybill.format.Topics;
import io.waybill.format.v1.ReplayCommand;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.jdbc.core.simple.JdbcClient;

@ExtendWith(Database.class)
class ReplayOutboxIT {

    private static final Topics TOPICS = new Topics("waybill");
    private static final String REPLAYS = TOPICS.replays("payment-files", "main");

    private final Events letter = Events.of(1);
    private final String id = letter.id();
    private final RecordingLog log = new RecordingLog();
    private final DataSource dataSource;
    private final DeskSessions sessions;
    private final JdbcDeadLetters deadLetters;
    private final DeadLetterProjection projection;
    private final JpaDeadLetterDesk desk;
    private final ReplayOutbox outbox;

    ReplayOutboxIT(DataSource dataSource) {
        this.dataSource = dataSource;
        sessions = new DeskSessions(dataSource);
        deadLetters = new JdbcDeadLetters(dataSource);
        projection = new DeadLetterProjection(dataSource, TOPICS);
        outbox = new ReplayOutbox(dataSource, log, TOPICS);
        desk = new JpaDeadLetterDesk(
                sessions, deadLetters, new DeskLimits(1000, 100), InstantSource.system(), outbox::wake);
    }

    @BeforeEach
    void aDeadLetter() {
        apply(projection, letter.captured());
    }

    @AfterEach
    void close() {
        outbox.stop();
        sessions.close();
    }

    @Test
    void sends_what_the_order_pins_to_the_capturing_task() throws InterruptedException {
        log.with(REPLAYS, 4);
        desk.revise(id, 0, new byte[] {1, 0, -1}, null, "alice", null);
        ReplayView order = desk.replay(id, 1, "bob");

        assertThat(outbox.publish(log)).isEqualTo(1);

        ReplayCommand command = log.commands().getFirst();
        assertThat(log.sent().getFirst().topic()).isEqualTo(REPLAYS);
        assertThat(log.sent().getFirst().partition()).isEqualTo(2);
        assertThat(command.getReplayId()).isEqualTo(order.id());
        assertThat(command.getDeadLetterId()).isEqualTo(id);
        assertThat(command.getTrackingId()).isEqualTo(letter.trackingId().toByteString());
        assertThat(command.getAttempt()).isEqualTo(1);
        assertThat(command.getRevision()).isEqualTo(1);
        assertThat(command.getAction()).isEqualTo(ReplayCommand.Action.REPLAY);
        assertThat(command.getPayload().toByteArray()).isEqualTo(new byte[] {1, 0, -1});
        assertThat(command.getKey().toStringUtf8()).isEqualTo("key");
        assertThat(command.getHeadersList()).hasSize(2);
        assertThat(command.getHeaders(1).hasValue()).isFalse();
        assertThat(command.getRequestedBy()).isEqualTo("bob");
        assertThat(replay(order).status()).isEqualTo(ReplayStatus.SENT);
        assertThat(outbox.publish(log)).isZero();
    }

    @Test
    void sends_the_original_for_revision_zero() throws InterruptedException {
        log.with(REPLAYS, 4);
        desk.replay(id, 0, "bob");

        outbox.publish(log);

        assertThat(log.commands().getFirst().getPayload().toStringUtf8()).isEqualTo(Events.ORIGINAL);
    }

    @Test
    void sends_a_discard_without_payload() throws InterruptedException {
        log.with(REPLAYS, 4);
        desk.discard(id, "dora", "obsolete");

        outbox.publish(log);

        ReplayCommand command = log.commands().getFirst();
        assertThat(command.getAction()).isEqualTo(ReplayCommand.Action.DISCARD);
        assertThat(command.getReason()).isEqualTo("obsolete");
        assertThat(command.getPayload().isEmpty()).isTrue();
    }

    @Test
    void sends_that_others_are_let_go_without_payload() throws InterruptedException {
        log.with(REPLAYS, 4);
        desk.letGo(id, "leo", "the others are urgent");

        outbox.publish(log);

        ReplayCommand command = log.commands().getFirst();
        assertThat(command.getAction()).isEqualTo(ReplayCommand.Action.LET_GO);
        assertThat(command.getAttempt()).isEqualTo(1);
        assertThat(command.getReason()).isEqualTo("the others are urgent");
        assertThat(command.getRequestedBy()).isEqualTo("leo");
        assertThat(command.getPayload().isEmpty()).isTrue();
    }

    @Test
    void repeats_an_order_as_it_was_when_it_died_between_send_and_mark() throws InterruptedException {
        log.with(REPLAYS, 4);
        ReplayView order = desk.replay(id, 0, "bob");
        log.answers(record -> new AssertionError("the process dies here"));
        assertThatThrownBy(() -> outbox.publish(log)).hasMessage("the process dies here");
        assertThat(replay(order).status()).isEqualTo(ReplayStatus.REQUESTED);

        log.answers(record -> null);
        new ReplayOutbox(dataSource, log, TOPICS).publish(log);

        assertThat(log.commands()).hasSize(2);
        assertThat(log.commands().get(1)).isEqualTo(log.commands().get(0));
        assertThat(replay(order).status()).isEqualTo(ReplayStatus.SENT);
    }

    @Test
    void does_not_repeat_an_order_that_the_log_has_answered() throws InterruptedException {
        log.with(REPLAYS, 4);
        ReplayView order = desk.replay(id, 0, "bob");

        apply(projection, letter.accepted(1, order.id(), 0));

        assertThat(outbox.publish(log)).isZero();
    }

    @Test
    void waits_while_kafka_is_away_and_says_so() throws InterruptedException {
        log.with(REPLAYS, 4);
        log.answers(record -> new TimeoutException("no broker"));
        ReplayView order = desk.replay(id, 0, "bob");

        outbox.publish(log);

        assertThat(replay(order).status()).isEqualTo(ReplayStatus.REQUESTED);
        assertThat(replay(order).detail()).startsWith("not sent yet: ").contains("no broker");
        // Each try makes the next wait longer, so that on a slow machine too one comes before it is due.
        await().until(() -> outbox.publish(log) == 0);
        log.answers(record -> null);
        outbox.start();
        await().until(() -> replay(order).status() == ReplayStatus.SENT);
        assertThat(replay(order).detail()).isNull();
    }

    @Test
    void says_which_topic_is_missing_without_holding_up_other_orders() throws InterruptedException {
        ReplayView order = desk.replay(id, 0, "bob");

        outbox.publish(log);

        assertThat(replay(order).detail()).contains("expected the topic '" + REPLAYS + "', but there is none");
        assertThat(log.sent()).isEmpty();
    }

    @Test
    void ends_an_order_that_no_broker_will_ever_take() throws InterruptedException {
        log.with(REPLAYS, 4);
        log.answers(record -> new RecordTooLargeException("too large"));
        desk.revise(id, 0, new byte[1000], null, "alice", null);
        ReplayView order = desk.replay(id, 1, "bob");

        outbox.publish(log);

        assertThat(replay(order).status()).isEqualTo(ReplayStatus.REFUSED);
        assertThat(deadLetters.deadLetter(id).orElseThrow().summary().status()).isEqualTo(Status.EDITED);
        assertThat(deadLetters.deadLetter(id).orElseThrow().refusal()).contains("too large");
        assertThat(outbox.publish(log)).isZero();
        assertThat(desk.replay(id, 1, "bob").id()).isNotEqualTo(order.id());
    }

    @Test
    void shares_the_work_with_other_instances_without_waiting_for_them() throws Exception {
        log.with(REPLAYS, 4);
        List<Events> letters = IntStream.range(2, 27).mapToObj(Events::of).toList();
        letters.forEach(one -> apply(projection, one.captured()));
        letters.forEach(one -> desk.replay(one.id(), 0, "bob"));
        RecordingLog slow = new RecordingLog().with(REPLAYS, 4);
        CountDownLatch holds = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        slow.answers(record -> {
            holds.countDown();
            return awaited(goOn) ? null : new TimeoutException("the test gave up");
        });
        ReplayOutbox other = new ReplayOutbox(dataSource, slow, TOPICS);
        try {
            other.start();
            assertThat(holds.await(10, TimeUnit.SECONDS)).isTrue();

            assertThat(outbox.publish(log)).as("what the other does not hold").isEqualTo(5);

            goOn.countDown();
            await().until(() -> slow.sent().size() == 20);
        } finally {
            goOn.countDown();
            other.stop();
        }
        assertThat(unsent()).isZero();
        assertThat(log.commands()).doesNotContainAnyElementsOf(slow.commands());
    }

    @Test
    void sends_soon_after_the_order_and_stops_when_told() {
        log.with(REPLAYS, 4);
        outbox.start();

        ReplayView order = desk.replay(id, 0, "bob");

        await().until(() -> replay(order).status() == ReplayStatus.SENT);
        outbox.stop();
        assertThat(outbox.isRunning()).isFalse();
    }

    private static boolean awaited(CountDownLatch latch) {
        try {
            return latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private ReplayView replay(ReplayView order) {
        return deadLetters.replay(order.id()).orElseThrow();
    }

    private long unsent() {
        return JdbcClient.create(dataSource)
                .sql("select count(*) from waybill.replay where sent_at is null")
                .query(Long.class)
                .single();
    }
}
