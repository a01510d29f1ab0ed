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
    /** The request travels for a long time, its sender waits; heartbeats go on. */
    SLOW_REQUEST,
    /** The call takes effect, its sender waits for a long time; heartbeats go on. */
    SLOW_REPLY,
    /** The cluster answers nobody for a while. */
    OUTAGE,
    /** The process stops for a while and then goes on as if nothing had been (a zombie, where it was long). */
    PAUSE;

    boolean isCrash() {
        return this == CRASH_BEFORE || this == CRASH_AFTER || this == CRASH_IN_FLIGHT;
    }

    /** Whether it takes a process that can die or be silent. */
    private boolean isForMortals() {
        return isCrash() || this == SLOW_REQUEST || this == SLOW_REPLY || this == PAUSE;
    }

    boolean fits(Point point, boolean mortal) {
        return fits(point) && (mortal || !isForMortals());
    }

    private boolean fits(Point point) {
        return switch (this) {
            case NONE, CRASH_BEFORE, CRASH_AFTER, SLOW_REQUEST, SLOW_REPLY, PAUSE -> true;
            case LOST_REQUEST, LOST_REPLY, OUTAGE -> point.lossy();
            case CRASH_IN_FLIGHT, LATE_REQUEST -> point.deferrable();
        };
    }
}
