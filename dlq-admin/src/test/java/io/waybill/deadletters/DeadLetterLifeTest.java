package io.waybill.deadletters;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.deadletters.DeadLetterLife.Event;
import io.waybill.deadletters.DeadLetters.Status;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DeadLetterLifeTest {

    private static final Set<Status> PEOPLES = Set.of(Status.OPEN, Status.EDITED);
    private static final Set<Status> DECIDED = Set.of(Status.REPLAYING, Status.RESOLVED, Status.DISCARDED);
    private static final Map<Event, Status> BY_PEOPLE = Map.of(
            Event.EDIT, Status.EDITED,
            Event.REQUEST_REPLAY, Status.REPLAY_REQUESTED,
            Event.REQUEST_DISCARD, Status.DISCARD_REQUESTED,
            Event.REQUEST_LET_GO, Status.LET_GO_REQUESTED);
    private static final Map<Event, Status> BY_ENGINE = Map.of(
            Event.CAPTURED, Status.OPEN,
            Event.LET_GO, Status.OPEN,
            Event.ACCEPTED, Status.REPLAYING,
            Event.RESOLVED, Status.RESOLVED,
            Event.DISCARDED, Status.DISCARDED);

    static Stream<Arguments> matrix() {
        return Stream.of(Status.values())
                .flatMap(from -> Stream.of(Event.values()).map(event -> Arguments.of(from, event)));
    }

    @ParameterizedTest(name = "{1} on {0}")
    @MethodSource("matrix")
    void allows_people_only_what_is_theirs_and_adopts_whatever_the_engine_decided(Status from, Event event) {
        var after = DeadLetterLife.after(from, event);

        if (BY_PEOPLE.containsKey(event) && !PEOPLES.contains(from)) {
            assertThat(after).isEmpty();
        } else if (event == Event.REFUSED) {
            assertThat(after).contains(DECIDED.contains(from) ? from : Status.OPEN);
        } else {
            assertThat(after).contains(BY_PEOPLE.getOrDefault(event, BY_ENGINE.getOrDefault(event, from)));
        }
    }

    @Test
    void leads_to_every_status() {
        Set<Status> reached = EnumSet.noneOf(Status.class);
        for (Status from : Status.values()) {
            for (Event event : Event.values()) {
                DeadLetterLife.after(from, event).ifPresent(reached::add);
            }
        }

        assertThat(reached).containsExactlyInAnyOrder(Status.values());
    }
}
