package io.waybill.engine;

import io.waybill.format.TrackingId;
import io.waybill.format.v1.Counts;
import io.waybill.format.v1.Emitter;
import io.waybill.format.v1.FlowRow;
import io.waybill.format.v1.FlowUpdate;

/** What is told of a leg that is whole, to the book of the pipeline in which its flow was before. */
final class LegReport {

    private LegReport() {}

    /**
     * What the emitter does not know yet.
     *
     * @param leg the path under which the emitter handed it on
     * @param row its number counts this report
     * @param by the pipeline that tells
     */
    static Effects.Report of(TrackingId flow, PartPath leg, FlowRow row, String by) {
        Emitter emitter = row.getEmitter();
        Counts known = row.getReported();
        FlowUpdate.Builder update = FlowUpdate.newBuilder()
                .setTrackingId(flow.toByteString())
                .addAllLeg(emitter.getLegList())
                .setBy(by)
                .setEdges(row.getResultNumber() == 1 ? emitter.getEdgeId() : 0)
                .setLeaves(row.getLeaves() - known.getLeaves())
                .setSucceeded(row.getSucceeded() - known.getSucceeded())
                .setOpenDeadLetters(row.getOpenDeadLetters() - known.getOpenDeadLetters())
                .setDiscarded(row.getDiscarded() - known.getDiscarded());
        if (row.getResultNumber() == 1 && emitter.getHasDeadline()) {
            update.addAwaited(Hop.into(by, leg, emitter.getEdgeId()).awaited(-1));
        }
        return new Effects.Report(
                emitter.getCompletion(), flow.partition(emitter.getCompletionPartitions()), update.build());
    }

    static Counts counts(FlowRow row) {
        return Counts.newBuilder()
                .setLeaves(row.getLeaves())
                .setSucceeded(row.getSucceeded())
                .setOpenDeadLetters(row.getOpenDeadLetters())
                .setDiscarded(row.getDiscarded())
                .build();
    }
}
