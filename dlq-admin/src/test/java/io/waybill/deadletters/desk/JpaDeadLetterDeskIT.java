package io.waybill.deadletters.desk;

import static io.waybill.deadletters.fixture.Events.apply;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import io.waybill.deadletters.DeadLetterConflictException;
import io.waybill.deadletters.DeadLetterNotFoundException;
import io.waybill.deadletters.DeadLetters.Action;
import io.waybill.deadletters.DeadLetters.ReplayStatus;
import io.waybill.deadletters.DeadLetters.ReplayView;
import io.waybill.deadletters.DeadLetters.RevisionView;
import io.waybill.deadletters.DeadLetters.Status;
import io.waybill.deadletters.PayloadTooLargeException;
import io.waybill.deadletters.fixture.Database;
import io.waybill.deadletters.fixture.Events;
import io.waybill.deadletters.projection.DeadLetterProjection;
import io.waybill.deadletters.query.JdbcDeadLetters;
import io.waybill.format.Topics;
import io.waybill.pipeline.Headers;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Database.class)
class JpaDeadLetterDeskIT {

    private final Events letter = Events.of(1);
    private final String id = letter.id();
    private final DeskSessions sessions;
    private final JdbcDeadLetters deadLetters;
    private final DeadLetterProjection projection;
    private final JpaDeadLetterDesk desk;

    JpaDeadLetterDeskIT(DataSource dataSource) {
        sessions = new DeskSessions(dataSource);
        deadLetters = new JdbcDeadLetters(dataSource);
        projection = new DeadLetterProjection(dataSource, new Topics("waybill"));
        desk = new JpaDeadLetterDesk(sessions, deadLetters, new DeskLimits(1000, 3), InstantSource.system(), () -> {});
    }

    @BeforeEach
    void aDeadLetter() {
        apply(projection, letter.captured());
    }

    @AfterEach
    void close() {
        sessions.close();
    }

    @Test
    void saves_edits_as_revisions_and_overwrites_nothing() {
        desk.revise(id, 0, "one".getBytes(UTF_8), null, "alice", "typo");
        desk.revise(id, 1, "two".getBytes(UTF_8), Headers.NONE.with("fixed", "yes"), "bob", null);

        assertThat(deadLetters.revisions(id))
                .extracting(RevisionView::number, RevisionView::author, RevisionView::reason, this::text)
                .containsExactly(
                        tuple(0, "original", null, Events.ORIGINAL),
                        tuple(1, "alice", "typo", "one"),
                        tuple(2, "bob", null, "two"));
        var view = deadLetters.deadLetter(id).orElseThrow();
        assertThat(view.summary().status()).isEqualTo(Status.EDITED);
        assertThat(view.payload()).isEqualTo("two".getBytes(UTF_8));
        assertThat(view.headers().text("fixed")).contains("yes");
        assertThat(view.headers().text("source")).isEmpty();
    }

    @Test
    void keeps_the_headers_of_the_revision_that_an_edit_is_based_on() {
        desk.revise(id, 0, "one".getBytes(UTF_8), null, "alice", null);

        assertThat(deadLetters.deadLetter(id).orElseThrow().headers().text("source"))
                .contains("bank");
    }

    @Test
    void tells_a_stale_editor_who_was_faster() {
        desk.revise(id, 0, "one".getBytes(UTF_8), null, "alice", null);

        assertThatThrownBy(() -> desk.revise(id, 0, "two".getBytes(UTF_8), null, "bob", null))
                .isInstanceOf(DeadLetterConflictException.class)
                .hasMessageContaining("STALE_REVISION")
                .hasMessageContaining("alice saved revision 1 at 2");
        assertThatThrownBy(() -> desk.replay(id, 0, "bob")).hasMessageContaining("STALE_REVISION");
    }

    @Test
    void pins_revision_and_attempt_in_a_replay() {
        desk.revise(id, 0, "one".getBytes(UTF_8), null, "alice", null);

        ReplayView replay = desk.replay(id, 1, "bob");

        assertThat(replay.attempt()).isEqualTo(1);
        assertThat(replay.revision()).isEqualTo(1);
        assertThat(replay.action()).isEqualTo(Action.REPLAY);
        assertThat(replay.status()).isEqualTo(ReplayStatus.REQUESTED);
        assertThat(replay.requestedBy()).isEqualTo("bob");
        assertThat(status()).isEqualTo(Status.REPLAY_REQUESTED);
    }

    @Test
    void gives_the_same_replay_for_the_same_button_as_long_as_it_is_under_way_or_worked() {
        ReplayView first = desk.replay(id, 0, "bob");
        assertThat(desk.replay(id, 0, "alice").id()).isEqualTo(first.id());

        apply(projection, letter.accepted(1, first.id(), 0));
        assertThat(desk.replay(id, 0, "bob").id()).isEqualTo(first.id());

        apply(projection, letter.resolved(1, first.id(), 0));
        assertThat(desk.replay(id, 0, "bob").id()).isEqualTo(first.id());
        assertThat(deadLetters.replaysOf(id)).hasSize(1);
    }

    @Test
    void takes_the_next_attempt_after_a_replay_failed_again() {
        ReplayView first = desk.replay(id, 0, "bob");
        apply(projection, letter.accepted(1, first.id(), 0), letter.failedAgain(1, first.id(), 0, Events.ORIGINAL));

        ReplayView second = desk.replay(id, 0, "bob");

        assertThat(second.id()).isNotEqualTo(first.id());
        assertThat(second.attempt()).isEqualTo(2);
    }

    @Test
    void refuses_what_the_status_forbids_with_the_history() {
        desk.discard(id, "dora", "nobody needs it");

        assertThat(status()).isEqualTo(Status.DISCARD_REQUESTED);
        assertThatThrownBy(() -> desk.replay(id, 0, "bob"))
                .isInstanceOf(DeadLetterConflictException.class)
                .hasMessageContaining("FORBIDDEN_TRANSITION")
                .hasMessageContaining("is DISCARD_REQUESTED, so it cannot be replayed: dora ordered to discard it at");
        assertThatThrownBy(() -> desk.revise(id, 0, new byte[0], null, "bob", null))
                .hasMessageContaining("cannot be edited: dora");
        assertThat(desk.discard(id, "eve", "nor I").requestedBy()).isEqualTo("dora");
    }

    @Test
    void bounds_payload_headers_and_revisions() {
        assertThatThrownBy(() -> desk.revise(id, 0, new byte[1001], null, "bob", null))
                .isInstanceOf(PayloadTooLargeException.class)
                .hasMessageContaining("at most 1000 bytes, but was 1001");
        Headers large = Headers.NONE.with("a", "x".repeat(70_000));
        assertThatThrownBy(() -> desk.revise(id, 0, new byte[1], large, "bob", null))
                .isInstanceOf(PayloadTooLargeException.class);
        IntStream.range(0, 3).forEach(n -> desk.revise(id, n, new byte[1000], null, "bob", null));
        assertThatThrownBy(() -> desk.revise(id, 3, new byte[1], null, "bob", null))
                .hasMessageContaining("TOO_MANY_REVISIONS");
    }

    @Test
    void knows_no_dead_letter_that_is_not_captured_or_cannot_exist() {
        Events other = Events.of(2);
        apply(projection, other.accepted(1, "lost", 0));

        for (String unknown : List.of(other.id(), "nonsense", "nul\0nul", "")) {
            assertThatThrownBy(() -> desk.replay(unknown, 0, "bob")).isInstanceOf(DeadLetterNotFoundException.class);
        }
    }

    @Test
    void stores_hostile_reasons_and_names() {
        desk.revise(id, 0, new byte[1], null, "bo\0b", "be\0cause\uD800");

        assertThat(deadLetters.revision(id, 1).orElseThrow().reason()).isEqualTo("be\uFFFDcause\uFFFD");
    }

    @RepeatedTest(5)
    void lets_one_of_many_editors_win() throws Exception {
        List<Object> answers = race(IntStream.range(0, 8)
                .mapToObj(n -> (Callable<Object>)
                        () -> desk.revise(id, 0, ("by " + n).getBytes(UTF_8), null, "editor-" + n, null))
                .toList());

        assertThat(answers).filteredOn(RevisionView.class::isInstance).hasSize(1);
        assertThat(answers)
                .filteredOn(DeadLetterConflictException.class::isInstance)
                .hasSize(7)
                .allSatisfy(conflict -> assertThat(conflict.toString()).contains("saved revision 1 at"));
        assertThat(deadLetters.revisions(id)).hasSize(2);
    }

    @RepeatedTest(5)
    void lets_one_of_edit_replay_and_discard_win() throws Exception {
        List<Object> answers = race(List.of(
                () -> desk.revise(id, 0, new byte[1], null, "edith", null),
                () -> desk.replay(id, 0, "rita"),
                () -> desk.discard(id, "dora", "gone")));

        boolean edited = answers.stream().anyMatch(RevisionView.class::isInstance);
        List<ReplayView> orders = deadLetters.replaysOf(id);
        // A discard names no revision, so it may follow an edit; a replay of revision 0 may not.
        assertThat(orders.size() + (edited ? 1 : 0)).isBetween(1, 2);
        assertThat(orders.size()).isLessThanOrEqualTo(1);
        assertThat(orders).noneMatch(order -> edited && order.action() == Action.REPLAY);
        assertThat(answers)
                .filteredOn(DeadLetterConflictException.class::isInstance)
                .isNotEmpty();
    }

    @RepeatedTest(5)
    void makes_one_replay_of_many_presses() throws Exception {
        List<Object> answers = race(IntStream.range(0, 8)
                .mapToObj(n -> (Callable<Object>)
                        () -> desk.replay(id, 0, "operator-" + n).id())
                .toList());

        assertThat(answers).hasSize(8).containsOnly(answers.getFirst());
        assertThat(deadLetters.replaysOf(id)).hasSize(1);
    }

    /** All at once, each on a thread of its own; the answer is the value or the conflict. */
    private static List<Object> race(List<Callable<Object>> deeds) throws Exception {
        CyclicBarrier start = new CyclicBarrier(deeds.size());
        List<Object> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(deeds.size())) {
            List<Future<Object>> running = deeds.stream()
                    .map(deed -> threads.submit(() -> {
                        start.await();
                        return deed.call();
                    }))
                    .toList();
            for (Future<Object> one : running) {
                try {
                    answers.add(one.get());
                } catch (ExecutionException e) {
                    assertThat(e.getCause()).isInstanceOf(DeadLetterConflictException.class);
                    answers.add(e.getCause());
                }
            }
        }
        return answers;
    }

    private String text(RevisionView revision) {
        return new String(revision.payload(), UTF_8);
    }

    private Status status() {
        return deadLetters.deadLetter(id).orElseThrow().summary().status();
    }
}
