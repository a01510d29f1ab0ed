package io.waybill.engine;

import io.waybill.format.TrackingId;

/** An entry of a block of outcomes: one fact, or a whole smooth flow. */
sealed interface Saying permits Fact, SmoothFlow {

    TrackingId flow();

    /** Of the entry, in bytes: about, and rather too much. */
    int size();
}
