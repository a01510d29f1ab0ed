package io.waybill.engine;

/** What a task has taken up. */
sealed interface Work {

    /** To be run until it settles. */
    record Runs(RecordRun run) implements Work {}

    /** Settled without a run: a duplicate, a discard, a refusal. */
    record Done(Effects effects, StateLayer state) implements Work {}
}
