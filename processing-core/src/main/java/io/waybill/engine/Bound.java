package io.waybill.engine;

/** What may keep a task from its input, though records are there and people want it to run (I6). */
public enum Bound {
    /** Its waiting room, or the part of it that its next record's key may have, is full. */
    WAITING_ROOM,
    /** A staged sink of its pipeline is too far behind for more flows to begin. */
    STAGED_ROWS,
    /** The database of its staged sink does not take its rows. */
    TARGET,
    /** Its source is taken up no faster than its pipeline declares. */
    RATE_LIMIT,
    /** As many calls of one of its operators are in flight as may be. */
    CALLS
}
