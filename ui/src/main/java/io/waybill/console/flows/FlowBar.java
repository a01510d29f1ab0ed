package io.waybill.console.flows;

import io.waybill.console.frame.Look;
import io.waybill.console.frame.Proportion;
import io.waybill.console.frame.Proportion.Share;
import io.waybill.tracking.FlowQueries.FlowView;
import java.util.List;

/** A flow's ended records: passed, waiting for a person as dead letters, failed for good. */
final class FlowBar {

    private FlowBar() {}

    static Proportion of(FlowView flow) {
        long waiting = Math.min(flow.openDeadLetters(), flow.failed());
        return Proportion.of(List.of(
                new Share(new Look("Passed", "good", "check"), flow.succeeded(), "passed"),
                new Share(new Look("Failed", "bad", "alert"), waiting, "failed"),
                new Share(new Look("Given up", "calm", "slash"), flow.failed() - waiting, "discarded")));
    }
}
