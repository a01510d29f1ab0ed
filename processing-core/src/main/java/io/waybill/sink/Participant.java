package io.waybill.sink;

import io.waybill.sink.TwoPhaseSink.Row;
import java.time.Duration;
import java.util.List;

/**
 * One processing thread's end of a two-phase sink. One thread calls it, between two polls: each call must return within
 * seconds, and fail fast where the sink is away, since all tasks of the thread wait meanwhile. What a call throws means
 * that it may or may not have had its effect; no call needs to be safe to repeat but {@link #commit} and {@link #abort}.
 *
 * <ul>
 *   <li>What is prepared survives everything: this client, its machine, the sink's own restart. Nothing but
 *       {@link #commit} and {@link #abort} ends it, by any client, and no time-out.
 *   <li>Rows are visible to others when they are committed, all of one handle at once, those of one partition in the
 *       order in which they were written.
 *   <li>The sink keeps one fence row for each source partition: epoch and next offset. A prepared transaction holds the
 *       rows of its claims, where the sink knows locks.
 * </ul>
 */
public interface Participant extends AutoCloseable {

    /**
     * Raises the partition's epoch by one and tells it (R4). From then on, whoever prepares with an earlier one is
     * refused, also if the request was sent before.
     *
     * @param patience how long to wait for somebody who holds the row
     */
    Fence raise(int partition, Duration patience);

    /** Everything prepared under the scope's tag, by whichever client. */
    List<Prepared> prepared();

    /** Takes a row of a record that settled. Nobody sees it before it is prepared and committed. */
    void write(int partition, Row row);

    /**
     * Prepares all that was written since the last {@code prepare} or {@link #discard}, under this handle: from its
     * return on only {@link #commit} and {@link #abort} decide. Where it throws, the checkpoint aborts.
     *
     * @param claims for each partition with rows; one whose epoch is not the partition's refuses all
     * @param budget of the whole; past it the checkpoint aborts
     * @throws RowsRefusedException where rows are refused as they are: their records fail, instead of aborting one
     *     checkpoint after the other
     */
    void prepare(Handle handle, List<Claim> claims, Duration budget);

    /** Idempotent. Called once the checkpoint is committed, until it is done, by whichever client. */
    Verdict commit(Handle handle);

    /**
     * Idempotent: returns when nothing is prepared under this handle (any more). Called once it is certain that the
     * checkpoint is not committed and never will be, or that it is committed in this sink: somebody who saw the handle
     * prepared and was stopped then may come when all is long resolved. What is committed stays as it is.
     */
    void abort(Handle handle);

    /** Forgets what was written and is not prepared. Touches no network. */
    void discard();

    /** Lets go of its connection. What is prepared stays. */
    @Override
    void close();
}
