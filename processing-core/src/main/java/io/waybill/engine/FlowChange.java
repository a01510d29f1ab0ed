package io.waybill.engine;

import io.waybill.format.v1.Awaited;
import io.waybill.format.v1.FlowOrigin;
import io.waybill.format.v1.FlowUpdate;
import io.waybill.format.v1.PartState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Counts what a run changes of its flow. */
final class FlowChange {

    private final boolean isWatched;
    private List<Awaited> awaited = List.of();
    private long edges;
    private long leaves;
    private long succeeded;
    private long open;
    private long discarded;

    private FlowChange(boolean isWatched) {
        this.isWatched = isWatched;
    }

    static FlowChange of(StagePlan plan, FlowRecord record) {
        return new FlowChange(isWatched(plan, record));
    }

    /** Its flow has a deadline: its book is told where it waits. */
    static boolean isWatched(StagePlan plan, FlowRecord record) {
        return plan.pipeline().flowDeadline() != null && record.leg().isFirst();
    }

    /** A hop began: whole is the flow in which each has ended. */
    void begun(Hop hop) {
        passes(hop, 1);
    }

    void ended(Hop hop) {
        passes(hop, -1);
    }

    private void passes(Hop hop, int records) {
        edges ^= hop.edge();
        if (isWatched) {
            awaited = AwaitedRecords.sum(awaited, List.of(hop.awaited(records)));
        }
    }

    void settled(PartState outcome) {
        if (outcome == PartState.PASSED || outcome == PartState.FILTERED) {
            leaves++;
            succeeded++;
        }
    }

    void deadLettered() {
        leaves++;
        open++;
    }

    /** A dead letter is terminal: what its replay led to is counted by itself. */
    void repaired() {
        leaves--;
        open--;
    }

    void discarded() {
        open--;
        discarded++;
    }

    /** Nothing of it is left open, and there was only one record. */
    boolean isOneSuccess() {
        return edges == 0 && leaves == 1 && succeeded == 1 && open == 0 && discarded == 0;
    }

    /** @param origin with the first change of the flow, or of the leg, only */
    FlowUpdate of(FlowRecord record, @Nullable FlowOrigin origin) {
        FlowUpdate.Builder update = FlowUpdate.newBuilder()
                .setTrackingId(record.flow().toByteString())
                .addAllLeg(record.leg().root().steps())
                .setEdges(edges)
                .setLeaves(leaves)
                .setSucceeded(succeeded)
                .setOpenDeadLetters(open)
                .setDiscarded(discarded)
                .addAllAwaited(awaited);
        if (origin != null) {
            update.setOrigin(origin);
        }
        return update.build();
    }
}
