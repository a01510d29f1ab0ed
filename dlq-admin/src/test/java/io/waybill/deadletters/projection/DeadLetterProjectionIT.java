package io.waybill.deadletters.projection;

import static io.waybill.deadletters.fixture.Events.apply;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.deadletters.DeadLetters.Action;
import io.waybill.deadletters.DeadLetters.Behind;
import io.waybill.deadletters.DeadLetters.DeadLetterFilter;
import io.waybill.deadletters.DeadLetters.DeadLetterSummary;
import io.waybill.deadletters.DeadLetters.DeadLetterView;
import io.waybill.deadletters.DeadLetters.HistoryEntry;
import io.waybill.deadletters.DeadLetters.ReplayStatus;
import io.waybill.deadletters.DeadLetters.ReplayView;
import io.waybill.deadletters.DeadLetters.Status;
import io.waybill.deadletters.fixture.Database;
import io.waybill.deadletters.fixture.Events;
import io.waybill.deadletters.query.JdbcDeadLetters;
import io.waybill.format.Topics;
import io.waybill.format.v1.DeadLetterEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.sql.DataSource;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

@ExtendWith(Database.class)
class DeadLetterProjectionIT {

    private static final List<String> PROJECTIONS =
            List.of("dead_letter", "dead_letter_event", "replay_outcome", "dead_letter_position");

    private final Events letter = Events.of(1);
    private final JdbcClient jdbc;
    private final DeadLetterProjection projection;
    private final JdbcDeadLetters deadLetters;

    DeadLetterProjectionIT(DataSource dataSource) {
        jdbc = JdbcClient.create(dataSource);
        projection = new DeadLetterProjection(dataSource, new Topics("waybill"));
        deadLetters = new JdbcDeadLetters(dataSource);
    }

    @BeforeEach
    void peopleEditedAndOrdered() {
        revision(1);
        revision(2);
        order("r1", 1, 0);
        order("r1b", 1, 1);
        order("r2", 2, 1);
        order("r3", 3, 2);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void comes_to_the_same_rows_whatever_the_order_and_repetition(long seed) {
        Random random = new Random(seed);
        List<DeadLetterEvent> life = life();
        List<DeadLetterEvent> known = life.subList(0, 1 + random.nextInt(life.size()));
        apply(projection, known);
        List<String> expected = rows();

        forgetProjections();
        List<DeadLetterEvent> shuffled = new ArrayList<>(known);
        known.forEach(event -> {
            if (random.nextBoolean()) {
                shuffled.add(event);
            }
        });
        Collections.shuffle(shuffled, random);
        shuffled.forEach(event -> apply(projection, event));

        assertThat(rows()).isEqualTo(expected);
    }

    @Test
    void follows_a_life_to_its_end() {
        apply(projection, letter.captured());
        assertThat(status()).isEqualTo(Status.REPLAY_REQUESTED);
        apply(projection, letter.accepted(1, "r1", 0));
        assertThat(status()).isEqualTo(Status.REPLAYING);
        apply(projection, letter.failedAgain(1, "r1", 0, Events.ORIGINAL));
        assertThat(replay("r1").status()).isEqualTo(ReplayStatus.FAILED_AGAIN);
        assertThat(replay("r1").detail()).startsWith("AGAIN_1: ");
        apply(projection, letter.accepted(2, "r2", 1), letter.failedAgain(2, "r2", 1, "edited 1"));
        apply(projection, letter.accepted(3, "r3", 2), letter.resolved(3, "r3", 2));

        assertThat(status()).isEqualTo(Status.RESOLVED);
        assertThat(replay("r3").status()).isEqualTo(ReplayStatus.SUCCEEDED);
        assertThat(replay("r1b").status()).isEqualTo(ReplayStatus.REFUSED);
        assertThat(deadLetters.history(letter.id()))
                .extracting(entry -> entry.who() + " " + entry.what())
                .contains(
                        "engine captured it", "engine captured it again", "engine resolved it", "bob saved revision 1");
    }

    @Test
    void keeps_an_edit_that_was_not_tried_when_an_earlier_one_fails_again() {
        forgetOrders();

        apply(projection, letter.captured());
        assertThat(status()).isEqualTo(Status.EDITED);
        apply(projection, letter.failedAgain(1, "r1", 1, "edited 1"));
        assertThat(status()).isEqualTo(Status.EDITED);
        apply(projection, letter.failedAgain(2, "r2", 2, "edited 2"));
        assertThat(status()).isEqualTo(Status.OPEN);
        assertThat(view().summary().revision()).isEqualTo(2);
    }

    @Test
    void gives_a_refused_dead_letter_back_with_the_reason() {
        forgetOrders();
        order("r1", 1, 2);
        apply(projection, letter.captured());
        assertThat(status()).isEqualTo(Status.REPLAY_REQUESTED);

        apply(projection, letter.refused(1, "r1", 4));

        assertThat(replay("r1").status()).isEqualTo(ReplayStatus.REFUSED);
        assertThat(status()).isEqualTo(Status.EDITED);
        assertThat(view().summary().attempt()).as("the engine's").isEqualTo(3);
        assertThat(view().refusal()).isEqualTo("expected attempt 4");
    }

    @Test
    void ignores_a_refusal_that_is_moot() {
        forgetOrders();
        order("r1", 1, 0);
        apply(projection, letter.captured(), letter.accepted(1, "r1", 0), letter.resolved(1, "r1", 0));

        apply(projection, letter.refused(1, "r1", 0));

        assertThat(status()).isEqualTo(Status.RESOLVED);
        assertThat(replay("r1").status()).isEqualTo(ReplayStatus.SUCCEEDED);
        assertThat(view().refusal()).isNull();
    }

    @Test
    void leaves_a_dead_letter_that_the_engine_does_not_know_to_the_people() {
        forgetOrders();
        order("r1", 1, 2);
        apply(projection, letter.captured(), letter.refused(1, "r1", 0));

        assertThat(status()).isEqualTo(Status.EDITED);
        assertThat(view().refusal()).isEqualTo("expected attempt 0");
    }

    @Test
    void survives_hostile_text_bytes_and_clocks() {
        byte[] bytes = {0, 1, (byte) 0xFF, 0};
        String longName = "x".repeat(100_000);
        DeadLetterEvent hostile = letter.captured(0, "", 0, "CODE\0" + longName, bytes);
        DeadLetterEvent.Builder builder = hostile.toBuilder().setAtMs(Long.MAX_VALUE);
        builder.getCapturedBuilder()
                .setErrorMessage("<script>\0</script>" + longName)
                .setOperator(longName)
                .setLabel("label\0" + longName)
                .setMessageId(longName)
                .setBatchId(longName)
                .setFirstFailedAtMs(Long.MIN_VALUE)
                .setStackTrace("\0".repeat(200_000))
                .setEntry("\0");

        apply(projection, builder.build());

        forgetEdits();
        DeadLetterView view = view();
        assertThat(view.payload()).isEqualTo(bytes);
        assertThat(view.summary().errorMessage()).startsWith("<script>\uFFFD</script>");
        assertThat(view.summary().label()).startsWith("label\uFFFD");
        assertThat(view.summary().errorCode()).hasSize(200);
    }

    @Test
    void applies_nothing_where_another_was_faster() {
        apply(projection, letter.captured());
        List<String> before = rows();

        boolean applied = projection.apply(new TopicPartition(Events.TOPIC, 0), 0, 1, List.of());

        assertThat(applied).isFalse();
        assertThat(rows()).isEqualTo(before);
    }

    @Test
    void comes_back_from_the_log_after_the_database_was_lost() {
        apply(projection, life());
        forgetProjections();
        forgetEdits();
        forgetOrders();

        apply(projection, life());

        assertThat(status()).isEqualTo(Status.RESOLVED);
        assertThat(view().summary().id()).isEqualTo(letter.id());
        assertThat(deadLetters.revision(letter.id(), 1).orElseThrow().payload()).isEqualTo("edited 1".getBytes(UTF_8));
        assertThat(deadLetters.revision(letter.id(), 1).orElseThrow().author()).isEqualTo("recovered from the log");
        assertThat(deadLetters.replaysOf(letter.id()))
                .extracting(ReplayView::id)
                .containsExactlyInAnyOrder("r1", "r1b", "r2", "r3");
    }

    @Test
    void shows_nothing_of_a_dead_letter_before_its_capture() {
        apply(projection, letter.accepted(1, "r1", 0));

        assertThat(deadLetters.deadLetter(letter.id())).isEmpty();
        assertThat(deadLetters.count(DeadLetterFilter.ALL)).isZero();
    }

    @Test
    void discards_by_the_engines_word_only() {
        forgetOrders();
        jdbc.sql(
                        "insert into waybill.replay (id, dead_letter_id, attempt, revision, action, requested_by, requested_at,"
                                + " next_try_at) values ('d1', :id, 1, 2, 'DISCARD', 'dora', now(), now())")
                .param("id", letter.id())
                .update();
        apply(projection, letter.captured());
        assertThat(status()).isEqualTo(Status.DISCARD_REQUESTED);

        apply(projection, letter.discarded(1, "d1"));

        assertThat(status()).isEqualTo(Status.DISCARDED);
        assertThat(replay("d1").status()).isEqualTo(ReplayStatus.SUCCEEDED);
    }

    @Test
    void knows_whether_others_wait_for_it_in_whatever_order_it_hears() {
        List<DeadLetterEvent> told = List.of(
                Events.inSequence(letter.captured()),
                letter.accepted(1, "r1", 0),
                Events.inSequence(letter.failedAgain(1, "r1", 0, Events.ORIGINAL)),
                letter.letGo(2, "l2"));
        for (List<DeadLetterEvent> order : List.of(told, told.reversed())) {
            forgetOrders();
            order.forEach(event -> apply(projection, event));
            assertThat(summary().inSequence()).isFalse();
            assertThat(summary().attempt()).isEqualTo(2);
            assertThat(status()).as("with its untried edit").isEqualTo(Status.EDITED);
            assertThat(replay("l2").action()).isEqualTo(Action.LET_GO);
            assertThat(replay("l2").status()).isEqualTo(ReplayStatus.SUCCEEDED);
        }
        assertThat(deadLetters.history(letter.id()))
                .extracting(HistoryEntry::what)
                .contains("let those behind it go");
    }

    @Test
    void shows_that_others_wait_for_it_until_they_are_let_go() {
        forgetOrders();
        apply(projection, Events.inSequence(letter.captured()));
        assertThat(summary().inSequence()).isTrue();
        jdbc.sql(
                        "insert into waybill.replay (id, dead_letter_id, attempt, revision, action, requested_by, requested_at,"
                                + " next_try_at) values ('l1', :id, 1, 0, 'LET_GO', 'leo', now(), now())")
                .param("id", letter.id())
                .update();
        apply(projection, Events.inSequence(letter.captured()));
        assertThat(status()).isEqualTo(Status.LET_GO_REQUESTED);

        apply(projection, letter.letGo(1, "l1"));

        assertThat(summary().inSequence()).isFalse();
        assertThat(status()).as("with its untried edit").isEqualTo(Status.EDITED);
    }

    @Test
    void shows_how_many_wait_behind_it_as_told_last_and_lists_it_among_those_that_hold_others_up() {
        forgetOrders();
        DeadLetterFilter holdsUp = new DeadLetterFilter(null, null, null, null, null, null, true);
        apply(projection, Events.inSequence(letter.captured()));
        assertThat(summary().behind()).isNull();
        assertThat(deadLetters.count(holdsUp)).isZero();

        apply(projection, letter.behind(7, 3), letter.behind(2, 5));
        assertThat(summary().behind())
                .isEqualTo(new Behind(
                        2, Instant.ofEpochMilli(Events.START_MS + 5), Instant.ofEpochMilli(Events.START_MS + 1)));
        assertThat(deadLetters.deadLetters(holdsUp, null, 10).deadLetters())
                .extracting(DeadLetterSummary::id)
                .containsExactly(letter.id());
        apply(projection, letter.behind(0, -1));
        assertThat(summary().behind())
                .extracting(Behind::waiting, Behind::since)
                .containsExactly(0, null);
        assertThat(deadLetters.count(holdsUp)).isZero();

        apply(projection, letter.behind(3, 9), letter.letGo(1, "l1"));
        assertThat(summary().behind()).isNull();
        assertThat(deadLetters.count(holdsUp)).isZero();
    }

    private DeadLetterSummary summary() {
        return deadLetters.deadLetter(letter.id()).orElseThrow().summary();
    }

    private List<DeadLetterEvent> life() {
        return List.of(
                letter.captured(),
                letter.accepted(1, "r1", 0),
                letter.refused(1, "r1b", 2),
                letter.failedAgain(1, "r1", 0, Events.ORIGINAL),
                letter.accepted(2, "r2", 1),
                letter.failedAgain(2, "r2", 1, "edited 1"),
                letter.accepted(3, "r3", 2),
                letter.resolved(3, "r3", 2));
    }

    private Status status() {
        return view().summary().status();
    }

    private DeadLetterView view() {
        return deadLetters.deadLetter(letter.id()).orElseThrow();
    }

    private ReplayView replay(String id) {
        return deadLetters.replay(id).orElseThrow();
    }

    /** Everything that people see of the dead letter. */
    private List<String> rows() {
        List<String> rows = new ArrayList<>();
        for (String query : List.of(
                "select * from waybill.dead_letter order by id",
                "select id, attempt, revision, status, detail from waybill.replay_status order by id",
                "select * from waybill.dead_letter_history order by at, attempt, step, who, what")) {
            for (Map<String, Object> row : jdbc.sql(query).query().listOfRows()) {
                row.replaceAll((column, value) -> value instanceof byte[] bytes ? new String(bytes, UTF_8) : value);
                rows.add(row.toString());
            }
        }
        return rows;
    }

    private void revision(int number) {
        jdbc.sql("insert into waybill.dead_letter_revision (dead_letter_id, number, based_on, attempt, author, at,"
                        + " headers, payload) values (:id, :number, :number - 1, 0, 'bob', 'epoch', '[]', 'edited')")
                .param("id", letter.id())
                .param("number", number)
                .update();
    }

    private void order(String replayId, int attempt, int revision) {
        jdbc.sql(
                        "insert into waybill.replay (id, dead_letter_id, attempt, revision, action, requested_by, requested_at,"
                                + " next_try_at) values (:replayId, :id, :attempt, :revision, 'REPLAY', 'alice', 'epoch', 'epoch')")
                .param("replayId", replayId)
                .param("id", letter.id())
                .param("attempt", attempt)
                .param("revision", revision)
                .update();
    }

    private void forgetProjections() {
        PROJECTIONS.forEach(table -> jdbc.sql("truncate waybill." + table).update());
    }

    private void forgetOrders() {
        jdbc.sql("truncate waybill.replay").update();
    }

    private void forgetEdits() {
        jdbc.sql("truncate waybill.dead_letter_revision").update();
    }
}
