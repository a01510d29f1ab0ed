package io.waybill.engine;

/** What a task has taken up. */
sealed interface Work {

    /**
     * To be run until it settles.
     *
     * @param suspected processes ended while they ran it before
     */
    record Runs(RecordRun run, boolean suspected) implements Work {

        Runs(RecordRun run) {
            this(run, false);
        }
    }

    /** Settled without a run: a duplicate, a discard, a refusal. */
    record Done(Effects effects, StateLayer state) implements Work {}

    /** It has a place in the waiting room, as this layer says. */
    record Waits(Effects effects, StateLayer state) implements Work {

        Waits(StateLayer state) {
            this(new Effects(), state);
        }
    }
}
