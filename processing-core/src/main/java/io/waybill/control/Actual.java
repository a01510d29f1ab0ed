package io.waybill.control;

/** What a pipeline does, as every live thread of it confirms. */
public enum Actual {
    /** Wanted to run, not yet confirmed by all threads. */
    STARTING,
    RUNNING,
    PAUSING,
    PAUSED,
    DRAINING,
    DRAINED,
    STOPPING,
    STOPPED,
    /** No thread is in its group: no instance runs, or none has joined yet. */
    NOBODY
}
