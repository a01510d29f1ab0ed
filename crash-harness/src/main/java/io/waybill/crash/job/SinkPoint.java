package io.waybill.crash.job;

/** Points of the commit protocol that only a job with several two-phase sinks has. */
public enum SinkPoint {
    /** Of the sinks of a checkpoint some are prepared, others are not. */
    BETWEEN_PREPARES,
    /** Of the sinks of a committed checkpoint some are committed, others are not. Also where an owner before left them so. */
    BETWEEN_COMMITS
}
