package io.waybill.engine;

import io.waybill.format.v1.Awaited;

/**
 * A record of a flow on its way: to a stage, or through its waiting room, or into another pipeline.
 *
 * @param edge names it; random, never 0
 * @param isPipeline whether {@code to} is another pipeline
 * @param as path under which it arrives
 */
record Hop(long edge, String to, boolean isPipeline, PartPath as) {

    static Hop to(String stage, PartPath as, long edge) {
        return new Hop(edge, stage, false, as);
    }

    static Hop into(String pipeline, PartPath as, long edge) {
        return new Hop(edge, pipeline, true, as);
    }

    /** @param records 1 where it begins, -1 where it ends */
    Awaited awaited(int records) {
        return Awaited.newBuilder()
                .setStage(isPipeline ? "" : to)
                .setPipeline(isPipeline ? to : "")
                .setRecords(records)
                .addAllPath(as.steps())
                .build();
    }
}
