package io.waybill.sink;

/**
 * A sink whose rows become visible with the checkpoint that holds them, exactly once. Declared in a pipeline like any
 * other: {@code .to("ledger", sink)}. Immutable and safe for any thread; what it opens is for one thread each.
 *
 * @param <T> the values it takes
 */
public interface TwoPhaseSink<T> {

    /**
     * Turns a value into a row, inside the record's scope: what this throws is the record's failure and follows its
     * policy. The row must not change afterwards, whatever becomes of the value.
     */
    Row bind(T value) throws Exception;

    /** Opens a participant for one life of a processing thread. Touches no network: nobody may be there. */
    Participant open(SinkScope scope);

    /** What was bound; the sink knows its own rows. */
    interface Row {

        /** About how many bytes of memory it takes; counts against the bounds of a message and of a checkpoint. */
        long bytes();
    }
}
