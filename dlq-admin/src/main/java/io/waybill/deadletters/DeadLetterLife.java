package io.waybill.deadletters;

import io.waybill.deadletters.DeadLetters.Status;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The life of a dead letter: the one table of its legal transitions.
 *
 * <p>What a person asks for is refused where the table has a dash. What the engine decided is never refused, only
 * adopted (I2), so its columns are full; whether an event of the engine is news at all is decided before, by (attempt,
 * rank).
 *
 * <p>CAPTURED, REFUSED and LET_GO lead to OPEN. What people did that still stands, a revision that was not tried or an order
 * that is under way, is then applied on top as an event of its own, so that an edit outlives a failed replay and a
 * rebuilt projection finds its way back.
 */
public final class DeadLetterLife {

    private static final String TABLE = """
            FROM              EDIT    REQUEST_REPLAY    REQUEST_DISCARD    REQUEST_LET_GO    CAPTURED  REFUSED    ACCEPTED   LET_GO  RESOLVED  DISCARDED
            OPEN              EDITED  REPLAY_REQUESTED  DISCARD_REQUESTED  LET_GO_REQUESTED  OPEN      OPEN       REPLAYING  OPEN    RESOLVED  DISCARDED
            EDITED            EDITED  REPLAY_REQUESTED  DISCARD_REQUESTED  LET_GO_REQUESTED  OPEN      OPEN       REPLAYING  OPEN    RESOLVED  DISCARDED
            REPLAY_REQUESTED  -       -                 -                  -                 OPEN      OPEN       REPLAYING  OPEN    RESOLVED  DISCARDED
            DISCARD_REQUESTED -       -                 -                  -                 OPEN      OPEN       REPLAYING  OPEN    RESOLVED  DISCARDED
            LET_GO_REQUESTED  -       -                 -                  -                 OPEN      OPEN       REPLAYING  OPEN    RESOLVED  DISCARDED
            REPLAYING         -       -                 -                  -                 OPEN      REPLAYING  REPLAYING  OPEN    RESOLVED  DISCARDED
            RESOLVED          -       -                 -                  -                 OPEN      RESOLVED   REPLAYING  OPEN    RESOLVED  DISCARDED
            DISCARDED         -       -                 -                  -                 OPEN      DISCARDED  REPLAYING  OPEN    RESOLVED  DISCARDED
            """;

    private static final Map<Status, Map<Event, Status>> TRANSITIONS = parse(TABLE);

    private DeadLetterLife() {}

    /** What can happen to a dead letter: four things by people, the rest by the engine. */
    public enum Event {
        EDIT,
        REQUEST_REPLAY,
        REQUEST_DISCARD,
        REQUEST_LET_GO,
        /** Given up by the machine, for the first time or again. */
        CAPTURED,
        /** The capturing task did not take the order. */
        REFUSED,
        ACCEPTED,
        /** It stays open, and those of its key that waited for it go on. */
        LET_GO,
        RESOLVED,
        DISCARDED
    }

    /** @return empty where the event is forbidden in that status */
    public static Optional<Status> after(Status from, Event event) {
        return Optional.ofNullable(TRANSITIONS.getOrDefault(from, Map.of()).get(event));
    }

    private static Map<Status, Map<Event, Status>> parse(String table) {
        List<List<String>> rows = table.lines()
                .map(line -> Arrays.asList(line.trim().split(" +")))
                .toList();
        List<String> events = rows.getFirst();
        Map<Status, Map<Event, Status>> transitions = new EnumMap<>(Status.class);
        for (List<String> row : rows.subList(1, rows.size())) {
            Map<Event, Status> targets = new EnumMap<>(Event.class);
            for (int column = 1; column < row.size(); column++) {
                if (!row.get(column).equals("-")) {
                    targets.put(Event.valueOf(events.get(column)), Status.valueOf(row.get(column)));
                }
            }
            transitions.put(Status.valueOf(row.getFirst()), targets);
        }
        return transitions;
    }
}
