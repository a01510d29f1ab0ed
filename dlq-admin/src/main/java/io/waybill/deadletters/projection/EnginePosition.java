package io.waybill.deadletters.projection;

import io.waybill.deadletters.DeadLetterLife.Event;
import java.util.Comparator;

/** How far the engine is with a dead letter. The greater position is the later one, in whatever order they are read. */
record EnginePosition(int attempt, State state) implements Comparable<EnginePosition> {

    private static final Comparator<EnginePosition> ORDER =
            Comparator.comparingInt(EnginePosition::attempt).thenComparing(EnginePosition::state);

    /** By rank: within one attempt an order is accepted first, then it ends. */
    enum State {
        ACCEPTED(Event.ACCEPTED),
        CAPTURED(Event.CAPTURED),
        RESOLVED(Event.RESOLVED),
        DISCARDED(Event.DISCARDED);

        private final Event event;

        State(Event event) {
            this.event = event;
        }

        Event event() {
            return event;
        }

        boolean terminal() {
            return this == RESOLVED || this == DISCARDED;
        }
    }

    boolean isAfter(EnginePosition other) {
        return compareTo(other) > 0;
    }

    /** No order up to this attempt can be accepted any more. */
    int lastDecidedAttempt() {
        return state.terminal() ? Integer.MAX_VALUE : attempt;
    }

    @Override
    public int compareTo(EnginePosition other) {
        return ORDER.compare(this, other);
    }
}
