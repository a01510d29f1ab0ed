package io.waybill.tracking;

import io.waybill.format.TrackingId;
import io.waybill.tracking.FlowQueries.ResultView;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Tells senders what became of their messages as soon as the projection knows. Safe for any thread. */
public interface FlowResults {

    /**
     * The results of a flow with greater numbers than {@code after}: 0 for its first, since a repair leads to further ones.
     * In the order of their numbers, never empty. It completes on a thread of its own, within about 200 ms of the projection,
     * wherever the flow was processed; also where nobody has told of the flow yet. Nothing completes it where no result comes:
     * whoever waits sets a time-out, or cancels, and is forgotten then.
     *
     * @return fails with {@link ResultsBusyException} where too many wait already, with a {@link
     *     java.util.concurrent.CancellationException} where the application ends
     */
    CompletableFuture<List<ResultView>> next(TrackingId flow, int after);
}
