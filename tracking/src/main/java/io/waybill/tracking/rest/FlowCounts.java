package io.waybill.tracking.rest;

import io.waybill.tracking.FlowQueries.FlowView;

/** Records of a flow that ended, as of its current result; all zero before the first. */
record FlowCounts(long leaves, long succeeded, long failed, long openDeadLetters) {

    static FlowCounts of(FlowView flow) {
        return new FlowCounts(flow.leaves(), flow.succeeded(), flow.failed(), flow.openDeadLetters());
    }
}
