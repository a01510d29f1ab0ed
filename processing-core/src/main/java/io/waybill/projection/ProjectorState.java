package io.waybill.projection;

import java.time.Duration;
import java.util.Set;

/** What a {@link Projector} is doing. Immutable; causes are kept for health pages and incidents. */
public sealed interface ProjectorState {

    /** Not started, or closed. */
    record Stopped() implements ProjectorState {}

    /** The engine has not created these topics yet. */
    record WaitingForTopics(Set<String> missing) implements ProjectorState {

        public WaitingForTopics {
            missing = Set.copyOf(missing);
        }
    }

    /** All is well; see {@link Projector#lag} for how far it is. */
    record Following() implements ProjectorState {}

    /**
     * Something failed that may pass; it goes on by itself.
     *
     * @param failures in a row
     * @param nextTryIn the wait before the next try
     */
    record BackingOff(int failures, Duration nextTryIn, RuntimeException cause) implements ProjectorState {}

    /** A person is needed (R9). Nothing was skipped; it goes on where it stands after a new start. */
    record Halted(Throwable cause) implements ProjectorState {}
}
