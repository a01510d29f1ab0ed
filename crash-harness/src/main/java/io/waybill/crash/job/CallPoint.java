package io.waybill.crash.job;

/** Points that only a job has which asks other systems. */
public enum CallPoint {
    /** A call is under way: its record waits, and its row is on the log or not yet. */
    CALLING
}
