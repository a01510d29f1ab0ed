package io.waybill.engine;

import io.waybill.format.TrackingId;
import io.waybill.format.v1.FlowRow;
import io.waybill.format.v1.FlowUpdate;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the flows that are not terminal and decides their results (DESIGN §8): a flow is whole when the exclusive or of
 * its edges is zero, as in Storm's acker, and each change that leaves it whole leads to its next result. Changes of one
 * flow come in the order of the log: nobody can change a flow before its first change was committed.
 */
final class FlowBook implements Flows {

    private final StagePlan plan;
    private final Ending ending;

    FlowBook(StagePlan plan, Ending ending) {
        this.plan = plan;
        this.ending = ending;
    }

    /** Told once of each flow that is whole and has no open dead letter. */
    interface Ending {

        void ended(TrackingId flow, FlowRow row, long logTimeMs, Effects effects, StateLayer state);
    }

    @Override
    public void change(FlowUpdate update, long logTimeMs, Effects effects, StateLayer state, Instant now) {
        TrackingId flow = TrackingId.of(update.getTrackingId());
        FlowRow before = Rows.flow(state, flow);
        FlowRow.Builder changed = changed(flow, before, update);
        if (changed.getEdges() != 0) {
            Rows.put(state, flow, changed.build());
            return;
        }
        FlowRow row = changed.setResultNumber(changed.getResultNumber() + 1)
                .setResult(Outcomes.judge(changed.getLeaves(), changed.getSucceeded()))
                .build();
        effects.fact(new Fact.Ended(flow, Outcomes.result(flow, plan.pipeline().name(), row, now)));
        if (row.getOpenDeadLetters() > 0) {
            Rows.put(state, flow, row);
            return;
        }
        if (before != null) {
            Rows.deleteFlow(state, flow);
        }
        ending.ended(flow, row, logTimeMs, effects, state);
    }

    private static FlowRow.Builder changed(TrackingId flow, @Nullable FlowRow row, FlowUpdate update) {
        if ((row == null) != update.hasOrigin()) {
            throw TaskHaltedException.stateDamaged(
                    row == null
                            ? "flow %s changes, but it has no row".formatted(flow)
                            : "flow %s begins, but it has a row already".formatted(flow));
        }
        FlowRow.Builder changed = row == null
                ? FlowRow.newBuilder()
                        .setMessageId(update.getOrigin().getMessageId())
                        .setBatchId(update.getOrigin().getBatchId())
                        .setSourcePartition(update.getOrigin().getSourcePartition())
                        .setResultNumber(update.getOrigin().getResultNumber())
                : row.toBuilder();
        return changed.setEdges(changed.getEdges() ^ update.getEdges())
                .setLeaves(changed.getLeaves() + update.getLeaves())
                .setSucceeded(changed.getSucceeded() + update.getSucceeded())
                .setOpenDeadLetters(changed.getOpenDeadLetters() + update.getOpenDeadLetters())
                .setDiscarded(changed.getDiscarded() + update.getDiscarded());
    }
}
