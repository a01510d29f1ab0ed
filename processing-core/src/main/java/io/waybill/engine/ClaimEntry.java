package io.waybill.engine;

import io.waybill.format.TrackingId;

/** What the stage of claims is told of a message id. */
sealed interface ClaimEntry {

    String messageId();

    /** In bytes, about. */
    int size();

    /**
     * A record waits to know whether it is the first with this id.
     *
     * @param flow that holds the id if it is
     * @param payloadHash SHA-256 of the payload
     * @param partition of the source, in whose task it waits
     * @param logTimeMs of that task
     */
    record Claim(String messageId, TrackingId flow, byte[] payloadHash, int partition, long offset, long logTimeMs)
            implements ClaimEntry {

        @Override
        public int size() {
            return 60 + messageId.length();
        }
    }

    /** The flow is terminal: the window of the id begins, if the flow holds it. */
    record Ended(String messageId, TrackingId flow) implements ClaimEntry {

        @Override
        public int size() {
            return 24 + messageId.length();
        }
    }
}
