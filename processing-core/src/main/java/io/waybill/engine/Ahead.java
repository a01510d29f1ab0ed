package io.waybill.engine;

import java.time.Instant;

/** Whether the next record of a staged sink's task can be taken up. */
sealed interface Ahead {

    /** What became of it is known. */
    record Ready() implements Ahead {}

    /** Another thread waits for the target. */
    record Running() implements Ahead {}

    /** The target did not take it, and is asked again then. */
    record Held(Instant until) implements Ahead {}

    /** The target refuses it, and the sink's policy says that its task stops before it. */
    record Stopped(OperatorFailure failure) implements Ahead {}
}
