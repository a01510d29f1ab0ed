package io.waybill.sink;

/**
 * Where the rows of a staged sink are applied: a database with local transactions. Immutable and safe for any thread; what
 * it opens is for one task each.
 *
 * @param <T> the values that its rows are made of
 */
public interface StagedTarget<T> {

    /** Opens an applier for one task. Touches no network: nobody may be there. */
    Applier<T> open(SinkScope scope, int partition);
}
