package io.waybill.pipeline;

import java.time.Instant;
import java.util.List;

/**
 * What a keyed operator may know of the record in processing, and how it passes values on. Of use during one call of the
 * operator only, by the thread that calls it.
 *
 * @param <K> the key
 * @param <R> what the operator emits
 */
public interface Context<K, R> {

    K key();

    /** Passes a value on. It goes down the pipeline when the operator has returned, in the order of the calls. */
    void emit(R value);

    /** The flow the record belongs to. */
    String trackingId();

    /** Empty where the record has none. */
    String messageId();

    /** Empty where the record names none. */
    String batchId();

    /** Which part of its message the record is, from 1; empty for the message itself. */
    List<Integer> partPath();

    /** Of the message. */
    Headers headers();

    /** When the message's record was written, as its record says. */
    Instant timestamp();

    /** 0, or the number of the replay. */
    int attempt();

    /**
     * Calls the operator's {@link KeyedProcess#onTimer onTimer} for this key at this time or later, never before, once
     * for each time. Milliseconds count.
     */
    void timerAt(Instant time);

    /** The same, instead of the timer that was registered under this name for this key. At most 200 characters. */
    void timer(String name, Instant time);

    /** Does nothing where there is none. */
    void cancelTimerAt(Instant time);

    /** Does nothing where there is none. */
    void cancelTimer(String name);

    /** The current time. Differs when a record runs again: what must not differ goes by {@link #timestamp()}. */
    Instant now();
}
