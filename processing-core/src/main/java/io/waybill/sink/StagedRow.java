package io.waybill.sink;

/** A value as it was staged. */
public interface StagedRow<T> {

    /** On its log. */
    long offset();

    /** Reads it. What this throws is the row's own fault. */
    T value() throws Exception;
}
