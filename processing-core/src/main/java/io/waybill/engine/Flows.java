package io.waybill.engine;

import io.waybill.format.TrackingId;
import io.waybill.format.v1.FlowOrigin;
import io.waybill.format.v1.FlowRow;
import io.waybill.format.v1.FlowUpdate;
import java.time.Instant;

/** Where what a run changes of its flow is put together. */
interface Flows {

    void change(FlowUpdate update, long logTimeMs, Effects effects, StateLayer state, Instant now);

    /** A flow began here, and its first record was all of it and did well: nothing of it is kept. */
    void succeeded(FlowRecord whole, long logTimeMs, Effects effects, StateLayer state, Instant now);

    /** In the task itself where the pipeline has one stage, else in the stage of its own. */
    static Flows of(StagePlan plan, int partition, FlowBook book, Deadlines deadlines) {
        if (plan.shared().completion() == null) {
            return book;
        }
        return new Flows() {

            @Override
            public void change(FlowUpdate update, long logTimeMs, Effects effects, StateLayer state, Instant now) {
                boolean ends = update.hasOrigin() && update.getEdges() == 0 && update.getOpenDeadLetters() == 0;
                if (ends) {
                    // The short cut: nothing of it goes on, nothing of it failed.
                    book.change(update, logTimeMs, effects, state, now);
                } else {
                    effects.flowUpdate(
                            update.hasOrigin() ? update : handedOver(update, plan, partition, deadlines, state));
                }
            }

            @Override
            public void succeeded(FlowRecord whole, long logTimeMs, Effects effects, StateLayer state, Instant now) {
                book.succeeded(whole, logTimeMs, effects, state, now);
            }
        };
    }

    /** A flow that began while the pipeline had one stage has its row here: the stage of its own takes it over. */
    private static FlowUpdate handedOver(
            FlowUpdate update, StagePlan plan, int partition, Deadlines deadlines, StateLayer state) {
        TrackingId flow = TrackingId.of(update.getTrackingId());
        PartPath leg = new PartPath(update.getLegList());
        FlowRow row = plan.feed() instanceof Feed.Source ? Rows.flow(state, flow, leg) : null;
        if (row == null) {
            return update;
        }
        deadlines.end(flow, row.toBuilder(), state);
        Rows.deleteFlow(state, flow, leg);
        FlowOrigin.Builder origin = FlowOrigin.newBuilder()
                .setMessageId(row.getMessageId())
                .setBatchId(row.getBatchId())
                .setSourcePartition(partition)
                .setResultNumber(row.getResultNumber())
                .setBegunAtMs(row.getBegunAtMs());
        if (row.hasEmitter()) {
            origin.setEmitter(row.getEmitter()).setReported(row.getReported());
        }
        return update.toBuilder()
                .clearAwaited()
                .addAllAwaited(AwaitedRecords.sum(row.getAwaitedList(), update.getAwaitedList()))
                .setEdges(row.getEdges() ^ update.getEdges())
                .setLeaves(row.getLeaves() + update.getLeaves())
                .setSucceeded(row.getSucceeded() + update.getSucceeded())
                .setOpenDeadLetters(row.getOpenDeadLetters() + update.getOpenDeadLetters())
                .setDiscarded(row.getDiscarded() + update.getDiscarded())
                .setOrigin(origin)
                .build();
    }
}
