package io.waybill.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.engine.Mark.Group;
import io.waybill.format.v1.OwnerNote;
import io.waybill.format.v1.Suspect;
import io.waybill.format.v1.SuspectRun;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EvidenceTest {

    private static final int UNCLEAN_EXITS = 4;
    private static final String RECORD = "in@17";
    private static final Group FIRST = new Group(RECORD, 0);
    private static final Group PARTS = new Group(RECORD, 4);
    private static final PartPath PART = new PartPath(List.of(401));

    private static Evidence afterEndOf(OwnerNote.Builder... notes) {
        return afterEndOf(UNCLEAN_EXITS, notes);
    }

    private static Evidence afterEndOf(int uncleanExits, OwnerNote.Builder... notes) {
        return Evidence.of(
                List.of(), List.of(notes).stream().map(OwnerNote.Builder::build).toList(), uncleanExits);
    }

    private static Evidence ended() {
        return new Evidence(1, Map.of(), Map.of());
    }

    @Test
    void an_end_is_held_against_all_that_is_not_committed() {
        assertThat(afterEndOf(Evidence.NONE.note(Mark.NOTHING))).isEqualTo(ended());
    }

    @Test
    void another_end_outside_of_operators_is_held_against_nothing() {
        assertThat(afterEndOf(ended().note(Mark.NOTHING))).isEqualTo(ended());
        Evidence suspected = new Evidence(1, Map.of(PARTS, 2), Map.of());
        assertThat(afterEndOf(suspected.note(Mark.NOTHING))).isEqualTo(suspected);
    }

    @Test
    void an_end_in_a_group_is_held_against_it_alone() {
        Evidence found = afterEndOf(ended().note(new Mark.OfGroup(PARTS, 1)));

        assertThat(found.against(PARTS)).isEqualTo(2);
        assertThat(found.against(new Group(RECORD, 5))).isEqualTo(1);
        assertThat(found.againstTheFirst()).isEqualTo(1);
    }

    @Test
    void an_end_among_the_first_records_is_held_against_whatever_is_taken_up_first() {
        Evidence found = afterEndOf(ended().note(new Mark.OfGroup(FIRST, 1)));

        assertThat(found.againstTheFirst()).isEqualTo(2);
        assertThat(found.against(PARTS)).isEqualTo(1);
    }

    @Test
    void a_group_never_has_as_many_ends_as_condemn_one() {
        Evidence suspected = new Evidence(1, Map.of(PARTS, 2), Map.of());
        assertThat(afterEndOf(suspected.note(new Mark.OfGroup(PARTS, 2))).against(PARTS))
                .isEqualTo(2);
    }

    @Test
    void where_more_ends_are_asked_for_the_same_group_is_run_more_often() {
        Evidence evidence = ended();
        for (int ends = 2; ends < 5; ends++) {
            evidence = afterEndOf(6, evidence.note(new Mark.OfGroup(PARTS, evidence.against(PARTS))));
            assertThat(evidence.against(PARTS)).isEqualTo(ends);
        }
    }

    @Test
    void an_end_in_another_group_counts_from_what_was_held_against_all() {
        Evidence suspected = new Evidence(1, Map.of(PARTS, 3), Map.of());
        Group other = new Group(RECORD, 2);

        Evidence found = afterEndOf(5, suspected.note(new Mark.OfGroup(other, suspected.against(other))));

        assertThat(found.groups()).isEqualTo(Map.of(PARTS, 3, other, 2));
    }

    private static Mark.OfOne alone(PartPath path, int exits) {
        return new Mark.OfOne(RECORD, path, exits, false);
    }

    @Test
    void an_end_while_one_is_run_alone_is_held_against_it_and_finds_nothing_yet() {
        Evidence suspected = new Evidence(1, Map.of(PARTS, 2), Map.of());

        Evidence found = afterEndOf(suspected.note(alone(PART, 2)));

        assertThat(found).isEqualTo(new Evidence(1, Map.of(PARTS, 2), Map.of(RECORD, Map.of(PART, 3))));
    }

    @Test
    void one_that_was_alone_is_looked_for_by_its_own_name_where_its_group_was_named_by_another() {
        Evidence suspected = new Evidence(1, Map.of(new Group("in@11", 0), 2), Map.of());

        Evidence found = afterEndOf(suspected.note(alone(PartPath.ROOT, 2))).from(Map.of("in", 17L), gone -> false);

        assertThat(found).isEqualTo(new Evidence(1, Map.of(FIRST, 2), Map.of(RECORD, Map.of(PartPath.ROOT, 3))));
    }

    @Test
    void the_second_end_while_it_is_alone_finds_it_and_clears_the_others() {
        PartPath other = new PartPath(List.of(402));
        Evidence suspected = new Evidence(1, Map.of(PARTS, 2), Map.of(RECORD, Map.of(PART, 3, other, 3)));

        Evidence found = afterEndOf(suspected.note(alone(PART, 3)));

        assertThat(found).isEqualTo(new Evidence(0, Map.of(), Map.of(RECORD, Map.of(PART, 4))));
    }

    @Test
    void ends_while_different_ones_are_alone_find_none_of_them() {
        Evidence evidence = new Evidence(1, Map.of(PARTS, 2), Map.of());
        for (int part = 401; part < 420; part++) {
            evidence = afterEndOf(evidence.note(alone(new PartPath(List.of(part)), 2)));
        }

        assertThat(evidence.runs().get(RECORD))
                .hasSize(19)
                .allSatisfy((path, exits) -> assertThat(exits).isEqualTo(3));
    }

    @Test
    void an_end_while_a_replay_is_alone_finds_it_and_leaves_what_is_held_against_others() {
        Evidence suspected = new Evidence(1, Map.of(PARTS, 2), Map.of(RECORD, Map.of(PART, 3)));

        Evidence found = afterEndOf(suspected.note(new Mark.OfOne("orders@3", PartPath.ROOT, 3, true)));

        assertThat(found.groups()).isEqualTo(Map.of(PARTS, 2));
        assertThat(found.runs()).isEqualTo(Map.of(RECORD, Map.of(PART, 3), "orders@3", Map.of(PartPath.ROOT, 4)));
    }

    @Test
    void an_end_while_a_replay_is_alone_is_held_against_nothing_else() {
        Evidence found = afterEndOf(Evidence.NONE.note(new Mark.OfOne(RECORD, PartPath.ROOT, 3, true)));

        assertThat(found).isEqualTo(new Evidence(0, Map.of(), Map.of(RECORD, Map.of(PartPath.ROOT, 4))));
    }

    @Test
    void what_was_found_stays_so_while_ends_are_held_against_others() {
        Evidence found = new Evidence(0, Map.of(), Map.of(RECORD, Map.of(PART, 4)));

        Evidence later = afterEndOf(found.note(Mark.NOTHING));

        assertThat(later).isEqualTo(new Evidence(1, Map.of(), found.runs()));
    }

    @Test
    void a_second_one_of_a_record_is_found_besides_the_first() {
        PartPath other = new PartPath(List.of(402));
        Evidence suspected = new Evidence(1, Map.of(PARTS, 2), Map.of(RECORD, Map.of(PART, 4, other, 3)));

        Evidence found = afterEndOf(suspected.note(alone(other, 3)));

        assertThat(found.runs()).isEqualTo(Map.of(RECORD, Map.of(PART, 4, other, 4)));
    }

    @Test
    void whoever_leaves_in_order_hands_everything_on_and_adds_nothing() {
        Evidence evidence = new Evidence(
                1,
                Map.of(PARTS, 2, FIRST, 2),
                Map.of(RECORD, Map.of(PART, 4), "in@18", Map.of(PartPath.ROOT, 4), "timer:00ff", Map.of(PART, 5)));

        assertThat(afterEndOf(evidence.note(Mark.NOTHING).setLeft(true))).isEqualTo(evidence);
    }

    @Test
    void the_note_of_a_life_that_goes_on_tells_of_no_end() {
        for (Mark mark : List.of(
                Mark.NOTHING,
                new Mark.OfGroup(PARTS, 1),
                alone(PART, 2),
                new Mark.OfOne(RECORD, PartPath.ROOT, 3, true))) {
            OwnerNote own = ended().note(mark).build();
            assertThat(Evidence.of(List.of(own), List.of(), UNCLEAN_EXITS)).isEqualTo(ended());
        }
    }

    @Test
    void the_note_of_a_life_that_goes_on_keeps_what_was_held_against_one_alone() {
        Evidence suspected = new Evidence(1, Map.of(PARTS, 2), Map.of(RECORD, Map.of(PART, 3)));
        OwnerNote own = suspected.note(alone(PART, 3)).build();

        assertThat(Evidence.of(List.of(own), List.of(), UNCLEAN_EXITS)).isEqualTo(suspected);
    }

    @Test
    void a_note_that_its_successor_had_no_time_to_remove_counts_once() {
        OwnerNote.Builder removedLate = ended().note(new Mark.OfGroup(PARTS, 1));
        Evidence found = afterEndOf(removedLate);

        assertThat(afterEndOf(5, removedLate, found.note(Mark.NOTHING))).isEqualTo(found);
    }

    @Test
    void notes_of_the_version_before_are_understood() {
        OwnerNote.Builder note = OwnerNote.newBuilder()
                .setExits(2)
                .setSuspect(Suspect.newBuilder()
                        .setSubject(RECORD)
                        .addRuns(SuspectRun.newBuilder()
                                .addAllPath(PART.steps())
                                .setExits(2)
                                .setRunning(true)));

        assertThat(afterEndOf(note).runs()).isEqualTo(Map.of(RECORD, Map.of(PART, 3)));
        assertThat(afterEndOf(OwnerNote.newBuilder().setExits(2))).isEqualTo(ended());
    }

    @Test
    void what_is_committed_is_forgotten() {
        Evidence evidence = new Evidence(
                1,
                Map.of(PARTS, 2, new Group("in@18", 0), 2),
                Map.of(RECORD, Map.of(PART, 3), "timer:00ff", Map.of(PART, 3)));

        assertThat(evidence.from(Map.of("in", 18L), gone -> false))
                .isEqualTo(new Evidence(1, Map.of(new Group("in@18", 0), 2), Map.of("timer:00ff", Map.of(PART, 3))));
    }

    @Test
    void nothing_is_held_against_a_row_that_is_gone() {
        String there = "waiting:01";
        String gone = "waiting:02";
        Evidence evidence = new Evidence(
                        0,
                        Map.of(new Group(there, 0), 2, new Group(gone, 0), 2),
                        Map.of(there, Map.of(PartPath.ROOT, 3), gone, Map.of(PartPath.ROOT, 4)))
                .from(Map.of(), gone::equals);

        assertThat(evidence.runs()).containsOnlyKeys(there);
        assertThat(evidence.groups()).containsOnlyKeys(new Group(there, 0));
    }
}
