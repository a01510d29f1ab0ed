package io.waybill.engine;

import java.time.Duration;

/**
 * What a processing thread did with its time since it was asked last; the four together are all of it.
 *
 * @param busy in operators, of which it may have several, or in the engine's own work
 * @param committing in checkpoints: the log and the sinks had to answer
 * @param backpressured nothing to do but records that a {@link Bound} keeps out
 * @param idle nothing to do
 */
public record ThreadFigures(Duration busy, Duration committing, Duration backpressured, Duration idle) {

    public static final ThreadFigures NONE =
            new ThreadFigures(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO);

    ThreadFigures plus(ThreadFigures more) {
        return new ThreadFigures(
                busy.plus(more.busy),
                committing.plus(more.committing),
                backpressured.plus(more.backpressured),
                idle.plus(more.idle));
    }

    public Duration all() {
        return busy.plus(committing).plus(backpressured).plus(idle);
    }
}
