package io.waybill.engine;

import io.waybill.format.v1.PartState;
import java.time.Instant;

/** Says what became of a run: outcomes, dead letters, the flow's result. One for each run; one thread. */
interface Settlement {

    /** A replay that fails again is a dead letter again, whatever the policy: it must not stop its task. */
    boolean isReplay();

    /** The run begins, or begins anew with nothing done. */
    void begin(Effects effects, StateLayer state);

    /** A record of the flow passed, was filtered or was split. */
    void part(Effects effects, Entry entry, PartState outcome, RecordScope scope, Instant now);

    /** A record of the flow is given up by the machine. */
    void deadLetter(
            Effects effects,
            StateLayer state,
            Entry entry,
            OperatorFailure failure,
            int tries,
            Instant firstFailedAt,
            Instant now);

    /** Nothing is left to run. */
    void complete(Effects effects, StateLayer state, Instant now);
}
