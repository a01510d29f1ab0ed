package io.waybill.crash.process;

/** What children say. */
public enum Word {
    /** It can be used. */
    READY,
    /** It works; how many commits or records so far. Said a few times a second at most. */
    WORKS,
    /** It waits at the point it was told to wait at. */
    REACHED,
    /** It took up a part of a changelog. */
    RESTORING,
    /** How many tasks it has restored completely. */
    RESTORED,
    /** How many it has sent. */
    SENT,
    /** It sends nothing now and knows the fate of everything it sent. */
    PAUSED,
    /** It will never send again. */
    STOPPED
}
