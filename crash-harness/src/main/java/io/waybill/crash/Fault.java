package io.waybill.crash;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the plan.
 *
 * @param at the point of the commit protocol, for the kinds that have one
 * @param draw chooses among what can be struck at that time
 * @param pause since the fault before
 */
record Fault(Kind kind, @Nullable Enum<?> at, int draw, Duration pause) {

    enum Kind {
        /** SIGKILL of an instance. */
        KILL,
        /** SIGKILL of an instance and loss of its disk. */
        KILL_AND_WIPE,
        /** SIGTERM of an instance, as a rolling update does; it is started again when it has ended. */
        STOP,
        /** {@code Runtime.halt} of an instance at a point of the protocol. */
        HALT_AT,
        /** SIGSTOP of an instance for less than its session. */
        FREEZE,
        /** SIGSTOP until the group has given its tasks away, then SIGCONT: a zombie. */
        FREEZE_PAST_SESSION,
        /** The same while it stands at a point of the protocol. */
        FREEZE_AT,
        /** All connections of an instance to the broker are reset. */
        CUT,
        /** Nothing passes between an instance and the broker for less than its session. */
        STALL,
        /** The same until the group has given its tasks away. */
        STALL_PAST_SESSION,
        /** Requests arrive, their answers do not; then the connections are reset. */
        LOSE_ANSWERS,
        /** All connections of an instance's sinks to their database are reset. */
        CUT_DATABASE,
        /** Nothing passes between an instance's sinks and their database for a while. */
        STALL_DATABASE,
        /** What its sinks ask their database for is done, and they are not told; then the connections are reset. */
        LOSE_DATABASE_ANSWERS,
        /** SIGKILL of the broker. */
        KILL_BROKER,
        /** SIGKILL of Postgres, which holds the tables of sinks and of the application. */
        KILL_POSTGRES,
        /** SIGKILL of the process that projects dead letters and sends people's orders. */
        KILL_CONSOLE
    }

    String name() {
        Enum<?> point = at;
        return point == null ? kind.name() : kind.name() + " " + point.name();
    }
}
