package io.waybill.deadletters.outbox;

import io.waybill.format.Topics;

/**
 * An order that this instance is about to send, and where to.
 *
 * @param tries how often sending it failed
 */
record ClaimedOrder(String id, String deadLetterId, String pipeline, String stage, int partition, int tries) {

    String topic(Topics topics) {
        return topics.replays(pipeline, stage);
    }
}
