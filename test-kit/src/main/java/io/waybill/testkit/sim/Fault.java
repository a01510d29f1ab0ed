package io.waybill.testkit.sim;

/** What may happen at a port call. */
public enum Fault {
    NONE,
    /** The machine dies before the call takes effect. */
    CRASH_BEFORE,
    /** The machine dies after the call took effect. */
    CRASH_AFTER,
    /** The machine dies, its request arrives later. */
    CRASH_IN_FLIGHT,
    /** The call has no effect and times out. */
    LOST_REQUEST,
    /** The call times out and takes effect later. */
    LATE_REQUEST,
    /** The call takes effect and times out. */
    LOST_REPLY,
    /** The process stops for a while and then goes on as if nothing had been (a zombie, where it was long). */
    PAUSE;

    boolean isCrash() {
        return this == CRASH_BEFORE || this == CRASH_AFTER || this == CRASH_IN_FLIGHT;
    }

    boolean fits(Point point) {
        return switch (this) {
            case NONE, CRASH_BEFORE, CRASH_AFTER, PAUSE -> true;
            case LOST_REQUEST, LOST_REPLY -> point.lossy();
            case CRASH_IN_FLIGHT, LATE_REQUEST -> point.deferrable();
        };
    }
}
