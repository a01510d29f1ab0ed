package io.waybill.control;

import io.waybill.format.v1.PipelineOrder;
import java.util.Map;
import java.util.Set;

/** What people want of a pipeline. It lasts until they want something else. */
public enum Wanted {
    RUNNING,
    /** No task takes anything up. */
    PAUSED,
    /** No flow begins; what is inside gets out. */
    DRAINING,
    /** No task takes anything up, and all of them are given back. */
    STOPPED;

    /** A stopped pipeline cannot drain: nobody is there to let anything out. It is started, paused or not, first. */
    private static final Map<Wanted, Set<Wanted>> NEXT = Map.of(
            RUNNING, Set.of(PAUSED, DRAINING, STOPPED),
            PAUSED, Set.of(RUNNING, DRAINING, STOPPED),
            DRAINING, Set.of(RUNNING, PAUSED, STOPPED),
            STOPPED, Set.of(RUNNING, PAUSED));

    /** What may be wanted next; never the same again, which changes nothing. */
    public Set<Wanted> next() {
        return NEXT.getOrDefault(this, Set.of());
    }

    public boolean mayBecome(Wanted other) {
        return next().contains(other);
    }

    static Wanted of(PipelineOrder.Wanted wanted) {
        return switch (wanted) {
            case WANTED_UNSPECIFIED, RUNNING -> RUNNING;
            case PAUSED, UNRECOGNIZED -> PAUSED;
            case DRAINING -> DRAINING;
            case STOPPED -> STOPPED;
        };
    }

    PipelineOrder.Wanted onTheLog() {
        return switch (this) {
            case RUNNING -> PipelineOrder.Wanted.RUNNING;
            case PAUSED -> PipelineOrder.Wanted.PAUSED;
            case DRAINING -> PipelineOrder.Wanted.DRAINING;
            case STOPPED -> PipelineOrder.Wanted.STOPPED;
        };
    }
}
