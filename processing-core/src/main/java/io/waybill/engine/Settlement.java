package io.waybill.engine;

import java.time.Instant;
import java.util.function.LongSupplier;

/** Says what became of a run: outcomes, dead letters, what changed of its flow. One for each run; one thread. */
interface Settlement {

    /** A replay that fails again is a dead letter again, whatever the policy: it must not stop its task. */
    boolean isReplay();

    /** The run begins, or begins anew with nothing done. */
    void begin(Effects effects, StateLayer state);

    /** A record of the flow goes on to the next stage. Told before {@link #part} tells of the record it came from. */
    void forwarded(Hop hop);

    /**
     * A record of the flow goes to the waiting room: to be tried again, or since it is not its turn.
     *
     * @param edges names a hop
     */
    Return waits(Effects effects, Entry entry, LongSupplier edges);

    /** A record of the flow passed, was filtered, was split or went on. */
    void part(Effects effects, Entry entry, RecordScope scope, Instant now);

    /** A record of the flow is given up by the machine. */
    void deadLetter(Effects effects, StateLayer state, Entry entry, GivenUp how, Instant now);

    /** Nothing is left to run. */
    void complete(Effects effects, StateLayer state, Instant now);
}
