package io.waybill.engine;

import io.waybill.format.TrackingId;
import io.waybill.format.v1.Awaited;
import io.waybill.format.v1.FlowOrigin;
import io.waybill.format.v1.FlowRow;
import io.waybill.format.v1.FlowUpdate;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the flows that are not terminal and decides their results (DESIGN §8): a flow is whole when the exclusive or of
 * its edges is zero, as in Storm's acker, and each change that leaves it whole leads to its next result. Changes of one
 * flow come in the order of the log: nobody can change a flow before its first change was committed. A leg that began in
 * another pipeline is kept alike; instead of results it has reports to that pipeline's book, of which it is one edge.
 */
final class FlowBook implements Flows {

    private static final Logger LOG = LoggerFactory.getLogger(FlowBook.class);

    private final StagePlan plan;
    private final Ending ending;
    private final Deadlines deadlines;

    FlowBook(StagePlan plan, Ending ending, Deadlines deadlines) {
        this.deadlines = deadlines;
        this.plan = plan;
        this.ending = ending;
    }

    /** Told once of each flow or leg that is whole and has no open dead letter. */
    interface Ending {

        /** @param sourcePartition of the task that holds the message id */
        void ended(
                TrackingId flow,
                String messageId,
                int sourcePartition,
                long logTimeMs,
                Effects effects,
                StateLayer state);
    }

    @Override
    public void change(FlowUpdate update, long logTimeMs, Effects effects, StateLayer state, Instant now) {
        TrackingId flow = TrackingId.of(update.getTrackingId());
        PartPath leg = new PartPath(update.getLegList());
        FlowRow before = Rows.flow(state, flow, leg);
        if (before == null && !update.getBy().isEmpty()) {
            // A leg that was told of twice: something copied its record into a pipeline that accepts duplicates.
            LOG.warn("pipeline {} tells of flow {}, which is over", update.getBy(), flow);
            return;
        }
        FlowRow.Builder changed = changed(flow, before, update);
        if (changed.getEdges() != 0) {
            if (before == null) {
                deadlines.begin(flow, changed, state);
            }
            Rows.put(state, flow, leg, changed.build());
            return;
        }
        deadlines.end(flow, changed, state);
        FlowRow row = told(flow, leg, changed, effects, now);
        if (row.getOpenDeadLetters() > 0) {
            Rows.put(state, flow, leg, row);
            return;
        }
        if (before != null) {
            Rows.deleteFlow(state, flow, leg);
        }
        ending.ended(flow, row.getMessageId(), row.getSourcePartition(), logTimeMs, effects, state);
    }

    @Override
    public void succeeded(FlowRecord whole, long logTimeMs, Effects effects, StateLayer state, Instant now) {
        effects.fact(new Fact.Succeeded(whole, plan.pipeline().name(), now.toEpochMilli()));
        ending.ended(whole.flow(), whole.messageId(), whole.source().partition(), logTimeMs, effects, state);
    }

    /** Its next result, or report. */
    private FlowRow told(TrackingId flow, PartPath leg, FlowRow.Builder whole, Effects effects, Instant now) {
        FlowRow.Builder row = whole.setResultNumber(whole.getResultNumber() + 1);
        if (row.hasEmitter()) {
            FlowRow before = row.build();
            effects.report(LegReport.of(flow, leg, before, plan.pipeline().name()));
            return row.setReported(LegReport.counts(before)).build();
        }
        FlowRow ended = row.setResult(Outcomes.judge(row.getLeaves(), row.getSucceeded()))
                .build();
        effects.fact(new Fact.Ended(flow, Outcomes.result(flow, plan.pipeline().name(), ended, now)));
        return ended;
    }

    private static FlowRow.Builder changed(TrackingId flow, @Nullable FlowRow row, FlowUpdate update) {
        // A leg may begin twice where duplicates are accepted and something copied its record.
        boolean beginsTwice = row != null && update.hasOrigin() && update.getLegCount() == 0;
        if (beginsTwice || (row == null && !update.hasOrigin())) {
            throw TaskHaltedException.stateDamaged(
                    row == null
                            ? "flow %s changes, but it has no row".formatted(flow)
                            : "flow %s begins, but it has a row already".formatted(flow));
        }
        FlowRow.Builder changed = row == null ? begun(update.getOrigin()) : row.toBuilder();
        if (changed.getBegunAtMs() != 0) {
            List<Awaited> awaited = AwaitedRecords.sum(changed.getAwaitedList(), update.getAwaitedList());
            changed.clearAwaited().addAllAwaited(awaited);
        }
        return changed.setEdges(changed.getEdges() ^ update.getEdges())
                .setLeaves(changed.getLeaves() + update.getLeaves())
                .setSucceeded(changed.getSucceeded() + update.getSucceeded())
                .setOpenDeadLetters(changed.getOpenDeadLetters() + update.getOpenDeadLetters())
                .setDiscarded(changed.getDiscarded() + update.getDiscarded());
    }

    private static FlowRow.Builder begun(FlowOrigin origin) {
        FlowRow.Builder row = FlowRow.newBuilder()
                .setMessageId(origin.getMessageId())
                .setBatchId(origin.getBatchId())
                .setSourcePartition(origin.getSourcePartition())
                .setResultNumber(origin.getResultNumber())
                .setBegunAtMs(origin.getBegunAtMs());
        if (origin.hasEmitter()) {
            row.setEmitter(origin.getEmitter()).setReported(origin.getReported());
        }
        return row;
    }
}
