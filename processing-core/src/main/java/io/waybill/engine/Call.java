package io.waybill.engine;

import io.waybill.pipeline.Operator;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One call of another system, on behalf of one record. For the task's thread, but for what its own thread finds out:
 * that is looked at when {@link CallDesk} hears of it.
 */
final class Call {

    private final Operator.Async operator;
    private final Object value;
    private final Asked asked;
    private final String name;
    private Instant begunAt = Instant.EPOCH;
    private long deadlineMs = Asked.NEVER;
    private @Nullable Runnable interrupter;
    private @Nullable Answer answer;
    private boolean over;

    Call(Operator.Async operator, Object value, Asked asked, String name) {
        this.operator = operator;
        this.value = value;
        this.asked = asked;
        this.name = name;
    }

    Operator.Async operator() {
        return operator;
    }

    /** Whose it is. */
    Asked asked() {
        return asked;
    }

    String name() {
        return name;
    }

    /** By its own thread: whatever the function throws is an answer as well. */
    Answer run() {
        try {
            return new Answer.Value(operator.function().apply(value));
        } catch (Throwable e) {
            return new Answer.Failed(e);
        }
    }

    void begunAt(Instant now) {
        begunAt = now;
        deadlineMs = now.plus(operator.options().timeout()).toEpochMilli();
    }

    /** @param its interrupts it */
    void runsOn(Runnable its) {
        interrupter = its;
    }

    Instant begunAt() {
        return begunAt;
    }

    boolean hasBegun() {
        return interrupter != null;
    }

    /** {@link Asked#NEVER} while it has not begun. */
    long deadlineMs() {
        return deadlineMs;
    }

    /** Null while there is none. */
    @Nullable
    Answer answer() {
        return answer;
    }

    void answered(Answer by) {
        answer = by;
    }

    /** Nobody waits for it any more: what it still returns reaches nobody. */
    void giveUp() {
        over = true;
        if (interrupter != null) {
            interrupter.run();
        }
    }

    boolean isGivenUp() {
        return over;
    }
}
