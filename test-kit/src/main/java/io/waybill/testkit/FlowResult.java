package io.waybill.testkit;

/**
 * What became of a message and of all that was derived from it.
 *
 * @param number of the result, from 1; each repair may lead to another; 0 while the flow is in progress
 * @param leaves records of the flow that ended
 * @param succeeded leaves that passed or were filtered
 * @param failed leaves that are dead letters or were discarded
 * @param duplicateOf the tracking id of the first; empty unless the status is {@link Status#DUPLICATE}
 */
public record FlowResult(
        String trackingId,
        Status status,
        int number,
        long leaves,
        long succeeded,
        long failed,
        long openDeadLetters,
        String duplicateOf) {

    public enum Status {
        /** Records of the flow are still on their way. */
        IN_PROGRESS,
        /** Everything succeeded. */
        ACK,
        /** Nothing succeeded. */
        NACK,
        /** Some succeeded, some did not. */
        PARTIAL,
        /** A resend of a message that was taken before. */
        DUPLICATE
    }
}
