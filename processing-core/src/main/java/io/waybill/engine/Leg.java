package io.waybill.engine;

import io.waybill.format.v1.FlowLeg;
import java.util.List;

/**
 * The part of a flow that runs in one pipeline.
 *
 * @param root path of the record that the pipeline took up: everything of the leg stands below it, and nothing of another
 * @param before the pipelines that the flow passed on its way here
 */
record Leg(PartPath root, List<String> before) {

    /** Of a flow that began in this pipeline. */
    static final Leg FIRST = new Leg(PartPath.ROOT, List.of());

    Leg {
        before = List.copyOf(before);
    }

    static Leg of(FlowLeg leg) {
        return leg.getRootCount() == 0 ? FIRST : new Leg(new PartPath(leg.getRootList()), leg.getBeforeList());
    }

    boolean isFirst() {
        return root.isRoot();
    }

    FlowLeg toProto() {
        return FlowLeg.newBuilder()
                .addAllRoot(root.steps())
                .addAllBefore(before)
                .build();
    }
}
