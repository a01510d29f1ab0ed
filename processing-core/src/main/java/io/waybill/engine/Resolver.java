package io.waybill.engine;

import io.waybill.format.v1.Control.DecideInDoubt.Decision;
import io.waybill.log.GroupReader;
import io.waybill.sink.Handle;
import io.waybill.sink.Verdict;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Brings what is prepared to its end, by the record or by a person's word. Everything it does may be done by several at
 * once and again: all decide the same.
 */
final class Resolver {

    private final CommitRecord record;
    private final IncidentLog incidents;
    private final Map<String, Order> orders = new HashMap<>();

    private record Order(Decision decision, String by) {}

    Resolver(PipelinePlan plan, Ports ports, GroupReader group, HandleBook book, IncidentLog incidents) {
        this.record = new CommitRecord(plan, ports, group, book);
        this.incidents = incidents;
    }

    /** A person decided. Everybody hears it; whoever holds the parked opening carries it out. */
    void order(String incidentId, Decision decision, String by) {
        Handle handle = incidents.inDoubt(incidentId);
        if (handle != null) {
            orders.put(handle.text(), new Order(decision, by));
        }
    }

    /**
     * @return null once nothing is prepared under this handle, otherwise why it must wait
     * @throws SinkFailedException where the sink is away
     */
    @Nullable
    String resolve(SinkSeat seat, Handle handle) {
        return switch (record.of(handle, seat.stage())) {
            case Fate.Committed committed -> committed(seat, handle, "waybill");
            case Fate.RolledBack rolledBack -> aborted(seat, handle, "waybill");
            case Fate.Open open -> "its writer has not decided yet";
            case Fate.Unknown unknown -> byPerson(seat, handle, unknown.because());
        };
    }

    private @Nullable String byPerson(SinkSeat seat, Handle handle, String because) {
        Order order = orders.get(handle.text());
        if (order == null) {
            incidents.inDoubt(seat, handle, because);
            return "a person must decide what becomes of " + handle.text();
        }
        return switch (order.decision()) {
            case COMMIT -> committed(seat, handle, order.by());
            case ROLL_BACK -> aborted(seat, handle, order.by());
            case DECISION_UNSPECIFIED, UNRECOGNIZED -> "this version does not know the decision about " + handle.text();
        };
    }

    private @Nullable String committed(SinkSeat seat, Handle handle, String by) {
        return switch (seat.commit(handle)) {
            case Verdict.Committed done -> resolved(handle, by);
            case Verdict.AlreadyCommitted done -> resolved(handle, by);
            case Verdict.RetryLater later -> "it does not commit yet: " + later.reason();
            case Verdict.Rejected rejected -> "it refuses to commit: " + rejected.reason();
            case Verdict.Unknown unknown -> "it did not answer: " + unknown.reason();
        };
    }

    private @Nullable String aborted(SinkSeat seat, Handle handle, String by) {
        seat.abort(handle);
        return resolved(handle, by);
    }

    private @Nullable String resolved(Handle handle, String by) {
        orders.remove(handle.text());
        incidents.resolved(handle, by);
        return null;
    }
}
