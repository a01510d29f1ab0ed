package io.waybill.testkit.flaw;

import io.waybill.format.LogFormats;
import io.waybill.format.v1.FlowRow;
import io.waybill.store.LocalStore.Change;

/** Flaws of the rows of flows and their deadlines in a task's store. */
final class FlawedFlows {

    static final String DEADLINES = "deadline";
    private static final String FLOWS = "flow";

    private FlawedFlows() {}

    static Change applied(FlawedLog log, Change change) {
        if (!log.has(Flaw.RESULT_NUMBER_NOT_KEPT) || !change.column().equals(FLOWS) || change.value() == null) {
            return change;
        }
        FlowRow row = LogFormats.decode(FlowRow.parser(), change.value(), FLOWS);
        return new Change(
                FLOWS,
                change.key(),
                LogFormats.encode(row.toBuilder().clearResultNumber().build()));
    }

    static boolean isKept(FlawedLog log, Change change) {
        return log.has(Flaw.DEADLINE_KEPT) && change.column().equals(DEADLINES) && change.value() == null;
    }
}
