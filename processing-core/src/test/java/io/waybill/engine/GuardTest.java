package io.waybill.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.waybill.engine.Mark.Group;
import io.waybill.store.LocalStores.TaskId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** With the default bounds: four exits, groups of 100. */
class GuardTest {

    private static final TaskId TASK = new TaskId("payments", "source", 0);
    private static final TopicPartition INPUT = new TopicPartition("in", 0);
    private static final Evidence ENDED = new Evidence(1, Map.of(), Map.of());
    private static final long END = 1_000_000;

    private final OwnerNotes notes = mock(OwnerNotes.class);
    private final List<Mark> marks = new ArrayList<>();
    private CompletableFuture<RecordMetadata> answer = CompletableFuture.completedFuture(null);
    private Evidence noted = Evidence.NONE;
    private long offset;

    private Guard guard(Evidence evidence) {
        when(notes.about(TASK)).thenReturn(evidence);
        when(notes.ends(any())).thenReturn(Map.of(INPUT, END));
        when(notes.write(any(), any(), any())).thenAnswer(call -> {
            noted = call.getArgument(1);
            marks.add(call.getArgument(2));
            return answer;
        });
        Guard guard =
                Guard.of(TASK, Set.of(INPUT), notes, mock(IncidentLog.class), new Refusals(), EngineOptions.DEFAULTS);
        guard.resumesAt(Map.of(), gone -> false);
        guard.letIn();
        marks.clear();
        return guard;
    }

    private void take(Guard guard) {
        guard.takes(new Taken.Input(
                new ConsumerRecord<>(INPUT.topic(), INPUT.partition(), offset++, new byte[0], new byte[0])));
    }

    /** A record that becomes so many parts. */
    private void run(Guard guard, int parts) {
        take(guard);
        for (int unit = 0; unit <= parts; unit++) {
            if (!guard.admits(unit)) {
                guard.letIn();
            }
            assertThat(guard.before(unit == 0 ? PartPath.ROOT : new PartPath(List.of(unit))))
                    .isZero();
        }
    }

    private static Mark.OfOne alone(String subject, int part) {
        return new Mark.OfOne(subject, part == 0 ? PartPath.ROOT : new PartPath(List.of(part)), 2, false);
    }

    private static Mark.OfGroup group(String subject, int number) {
        return new Mark.OfGroup(new Group(subject, number), 1);
    }

    @Test
    void nothing_is_noted_and_ten_thousand_records_are_taken_where_nobody_ended() {
        Guard guard = guard(Evidence.NONE);
        for (int i = 0; i < 10_000; i++) {
            assertThat(guard.mayTake()).isTrue();
            run(guard, 2);
        }

        assertThat(guard.mayTake()).isFalse();
        assertThat(guard.mustCommit()).isFalse();
        assertThat(marks).isEmpty();
    }

    @Test
    void after_an_exit_a_hundred_records_are_noted_once_and_committed() {
        Guard guard = guard(ENDED);
        for (int i = 0; i < 100; i++) {
            assertThat(guard.mayTake()).isTrue();
            assertThat(guard.mustCommit()).isFalse();
            assertThat(guard.isAlone()).isFalse();
            run(guard, 0);
        }
        guard.rest(false);

        assertThat(guard.mayTake()).isFalse();
        assertThat(guard.mustCommit()).isTrue();
        assertThat(marks).containsExactly(group("in@0", 0), Mark.NOTHING);
        guard.committed(false);
        run(guard, 0);
        assertThat(marks).last().isEqualTo(group("in@100", 0));
    }

    @Test
    void parts_are_noted_a_hundred_at_a_time() {
        Guard guard = guard(ENDED);

        run(guard, 250);

        assertThat(marks).containsExactly(group("in@0", 0), group("in@0", 1), group("in@0", 2));
        assertThat(guard.mustCommit()).isTrue();
    }

    @Test
    void only_the_parts_of_the_group_that_ran_at_the_last_exit_are_noted_one_by_one() {
        Guard guard = guard(new Evidence(1, Map.of(new Group("in@0", 1), 2), Map.of()));

        run(guard, 250);

        assertThat(marks).hasSize(102).startsWith(group("in@0", 0)).endsWith(group("in@0", 2));
        for (int part = 100; part < 200; part++) {
            assertThat(marks.get(part - 99)).isEqualTo(alone("in@0", part));
        }
    }

    @Test
    void records_of_the_group_that_ran_at_the_last_exit_are_noted_one_by_one_and_no_others() {
        Guard guard = guard(new Evidence(1, Map.of(new Group("in@0", 0), 2), Map.of()));
        assertThat(guard.isAlone()).isTrue();
        for (int i = 0; i < 100; i++) {
            assertThat(guard.mayTake()).isTrue();
            run(guard, 0);
            assertThat(marks).last().isEqualTo(alone("in@" + i, 0));
        }
        guard.rest(false);
        guard.committed(false);

        assertThat(noted).isEqualTo(Evidence.NONE);
        marks.clear();
        run(guard, 250);
        assertThat(marks).isEmpty();
    }

    @Test
    void a_commit_in_between_clears_nothing_of_the_group_that_has_not_run() {
        Guard guard = guard(new Evidence(1, Map.of(new Group("in@0", 0), 2), Map.of()));
        for (int i = 0; i < 50; i++) {
            run(guard, 0);
        }
        guard.rest(false);
        guard.committed(false);

        run(guard, 0);

        assertThat(marks).last().isEqualTo(alone("in@50", 0));
    }

    @Test
    void of_a_long_record_among_the_first_only_what_runs_first_is_noted_one_by_one() {
        Guard guard = guard(new Evidence(1, Map.of(new Group("in@0", 0), 2), Map.of()));

        run(guard, 250);

        assertThat(marks).hasSize(102).endsWith(group("in@0", 1), group("in@0", 2));
        assertThat(marks.subList(0, 100)).allMatch(Mark.OfOne.class::isInstance);
    }

    @Test
    void what_ran_alone_is_not_noted_any_more_when_the_next_record_is_taken_up() {
        Guard guard = guard(new Evidence(1, Map.of(new Group("in@0", 0), 2), Map.of()));
        run(guard, 1);

        take(guard);

        assertThat(marks).containsExactly(alone("in@0", 0), alone("in@0", 1), Mark.NOTHING);
    }

    @Test
    void nothing_is_run_before_its_note_is_answered() {
        Guard guard = guard(ENDED);
        take(guard);
        answer = CompletableFuture.failedFuture(new IllegalStateException("the broker is away"));

        assertThatThrownBy(() -> guard.before(PartPath.ROOT)).isInstanceOf(CompletionException.class);
    }

    @Test
    void others_run_only_when_it_is_known_that_what_ran_alone_is_not_noted_any_more() {
        Guard guard = guard(new Evidence(1, Map.of(new Group("in@0", 0), 2), Map.of()));
        run(guard, 0);
        answer = CompletableFuture.failedFuture(new IllegalStateException("the broker is away"));

        assertThatThrownBy(() -> guard.rest(false)).isInstanceOf(CompletionException.class);
    }

    @Test
    void within_a_record_a_suspected_part_waits_until_its_task_is_alone() {
        Guard guard = guard(new Evidence(1, Map.of(new Group("in@0", 1), 2), Map.of()));
        assertThat(guard.isAlone()).isFalse();
        run(guard, 99);

        assertThat(guard.admits(100)).isFalse();
        assertThat(guard.isAlone()).isTrue();
        guard.letIn();
        assertThat(guard.admits(100)).isTrue();
        assertThat(guard.admits(200)).isTrue();
        assertThat(guard.isAlone()).isFalse();
    }

    @Test
    void what_was_alone_at_an_exit_runs_alone_once_more() {
        Guard guard = guard(new Evidence(1, Map.of(new Group("in@0", 0), 2), Map.of("in@1", Map.of(PartPath.ROOT, 3))));

        run(guard, 0);
        run(guard, 0);

        assertThat(marks)
                .containsExactly(alone("in@0", 0), Mark.NOTHING, new Mark.OfOne("in@1", PartPath.ROOT, 3, false));
    }

    @Test
    void what_was_alone_at_an_exit_is_forgotten_once_it_is_committed_wherever_it_stands_among_others() {
        Evidence held = new Evidence(
                1,
                Map.of(new Group("in@0", 0), 2),
                Map.of("in@1", Map.of(PartPath.ROOT, 3), "in@9", Map.of(PartPath.ROOT, 3)));
        Guard guard = guard(held);
        for (int i = 0; i < 3; i++) {
            run(guard, 0);
        }
        guard.rest(false);

        guard.committed(false);

        assertThat(noted).isEqualTo(held.without(Set.of("in@1")));
    }

    @Test
    void what_was_put_back_is_not_forgotten() {
        Evidence held = new Evidence(1, Map.of(new Group("in@0", 0), 2), Map.of("in@0", Map.of(PartPath.ROOT, 3)));
        Guard guard = guard(held);
        run(guard, 0);
        guard.rest(false);

        guard.putBack();
        guard.committed(false);

        assertThat(noted).isEqualTo(held);
    }

    @Test
    void a_replay_that_is_found_again_says_nothing_of_the_others() {
        Group first = new Group("in@1", 0);
        Guard guard = guard(new Evidence(1, Map.of(first, 2), Map.of("in@0", Map.of(PartPath.ROOT, 4))));
        take(guard);
        guard.takenIsSuspected();
        guard.letIn();
        assertThat(guard.before(PartPath.ROOT)).isEqualTo(4);
        guard.quarantined(mock(FlowRecord.class), "dead letter", 4);
        guard.rest(false);

        guard.committed(false);

        assertThat(noted).isEqualTo(new Evidence(1, Map.of(first, 2), Map.of()));
    }

    @Test
    void what_was_found_is_not_run_and_everything_else_as_ever() {
        PartPath killer = new PartPath(List.of(2));
        Guard guard = guard(new Evidence(0, Map.of(), Map.of("in@1", Map.of(killer, 4))));
        run(guard, 3);
        take(guard);

        assertThat(guard.before(PartPath.ROOT)).isZero();
        assertThat(guard.before(new PartPath(List.of(1)))).isZero();
        assertThat(guard.before(killer)).isEqualTo(4);
        assertThat(guard.before(new PartPath(List.of(3)))).isZero();
        assertThat(marks).isEmpty();
    }

    @Test
    void what_was_quarantined_and_is_replayed_runs_alone_and_needs_one_exit_more() {
        Guard guard = guard(Evidence.NONE);
        take(guard);
        guard.takenIsSuspected();
        assertThat(guard.admits(0)).isFalse();
        guard.letIn();

        assertThat(guard.before(PartPath.ROOT)).isZero();
        assertThat(guard.admits(100)).isTrue();
        assertThat(guard.before(new PartPath(List.of(100)))).isZero();

        assertThat(marks).containsExactly(new Mark.OfOne("in@0", PartPath.ROOT, 3, true), group("in@0", 1));
        assertThat(guard.mayTake()).isFalse();
    }

    @Test
    void care_ends_behind_what_was_there_when_the_task_was_taken_over() {
        Guard guard = guard(ENDED);
        offset = END;

        run(guard, 0);

        assertThat(marks).containsExactly(Mark.NOTHING);
        assertThat(noted).isEqualTo(Evidence.NONE);
    }

    @Test
    void care_ends_when_as_many_records_as_an_owner_may_hold_are_committed_whatever_their_parts() {
        Guard guard = guard(ENDED);
        for (int i = 0; i < 10_000; i++) {
            run(guard, i % 1_000 == 0 ? 150 : 0);
            if (guard.mustCommit()) {
                assertThat(noted).isEqualTo(ENDED);
                guard.rest(false);
                guard.committed(false);
            }
        }
        guard.rest(false);
        guard.committed(false);

        assertThat(noted).isEqualTo(Evidence.NONE);
    }
}
