package io.waybill.engine;

import io.waybill.format.v1.ReplayCommand;

/** How a record comes back that goes to the waiting room. */
sealed interface Return {

    /**
     * Like one that was forwarded: its flow waits for this hop.
     *
     * @param replayId of the order that led to it; empty where none did
     */
    record ByEdge(long edge, String replayId) implements Return {}

    /** By the order that was accepted: the dead letter is what its flow waits for. */
    record AsReplay(ReplayCommand command) implements Return {}
}
