package io.waybill.tracking.projection;

import io.waybill.format.v1.Waiting;
import java.time.Instant;

/** What a flow waits for. */
record WaitingRow(String operator, String error, int tries, Instant until, Instant since) {

    static WaitingRow of(Waiting waiting, Instant at) {
        return new WaitingRow(
                StoredText.bounded(waiting.getOperator(), StoredText.LINE),
                StoredText.bounded(waiting.getError(), StoredText.PROSE),
                waiting.getTries(),
                StoredTime.of(waiting.getNextTryAtMs()),
                at);
    }
}
