package io.waybill.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One run of one record or part through its operators. Its thread steers the incarnation as well, until another one
 * takes that over ({@link Helm}); from then on the two meet here only.
 */
final class Attempt {

    private enum State {
        RUNNING,
        OVERTAKEN,
        ABANDONED,
        OVER
    }

    private final @Nullable RecordScope scope;
    private final Runnable cut;
    private final Instant deadline;
    private final AtomicReference<State> state = new AtomicReference<>(State.RUNNING);
    private volatile @Nullable Throwable thrown;
    private volatile Runnable interrupter = () -> {};

    Attempt(RecordScope scope, Instant begunAt, Duration most) {
        this(scope, scope::cut, begunAt, most);
    }

    private Attempt(@Nullable RecordScope scope, Runnable cut, Instant begunAt, Duration most) {
        this.scope = scope;
        this.cut = cut;
        this.deadline = begunAt.plus(most);
    }

    /**
     * Of something else than operators.
     *
     * @param cut tells it that nothing of it counts any more
     */
    static Attempt of(Runnable cut, Instant begunAt, Duration most) {
        return new Attempt(null, cut, begunAt, most);
    }

    RecordScope scope() {
        return Objects.requireNonNull(scope, "it runs no record");
    }

    /** What the operators threw, once it is over. */
    @Nullable
    Throwable thrown() {
        return thrown;
    }

    /** By its own thread. @return false where another thread steers by now */
    boolean end(@Nullable Throwable by) {
        thrown = by;
        if (state.compareAndSet(State.RUNNING, State.OVER)) {
            return true;
        }
        synchronized (this) {
            // From here on nobody interrupts this thread on its behalf.
            state.compareAndSet(State.OVERTAKEN, State.OVER);
        }
        return false;
    }

    /**
     * By the thread that wants to steer.
     *
     * @param its what interrupts the attempt's own thread
     * @return whether the caller steers from now on
     */
    boolean overtake(Runnable its) {
        interrupter = its;
        return state.compareAndSet(State.RUNNING, State.OVERTAKEN);
    }

    boolean isOver() {
        return state.get() == State.OVER;
    }

    boolean isLate(Instant now) {
        return !now.isBefore(deadline);
    }

    /** Whatever it still does has no effect. */
    synchronized void abandon() {
        cut.run();
        if (state.compareAndSet(State.OVERTAKEN, State.ABANDONED)) {
            interrupter.run();
        }
    }
}
