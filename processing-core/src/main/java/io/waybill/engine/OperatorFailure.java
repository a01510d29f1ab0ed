package io.waybill.engine;

import io.waybill.pipeline.FailurePolicy;
import io.waybill.pipeline.Poison;
import io.waybill.sink.Rejection;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/** An operator threw, or its input could not be read: the failure of one record, judged by the operator's policy. */
final class OperatorFailure extends Exception {

    /** Stands for the serde of the source. */
    static final String SOURCE = "";

    static final String DEADLINE_EXCEEDED = "DEADLINE_EXCEEDED";

    static final String CALL_TIMED_OUT = "CALL_TIMED_OUT";

    static final String QUARANTINED = "QUARANTINED";

    static final String BEHIND_DEAD_LETTER = "BEHIND_DEAD_LETTER";
    private static final int MAX_MESSAGE = 2_000;
    private static final int MAX_STACK = 8_000;
    private static final int POISON_FRAMES = 6;
    private static final long serialVersionUID = 1;

    private final String operator;
    private final String code;
    private final transient FailurePolicy policy;

    private OperatorFailure(String operator, String code, FailurePolicy policy, Throwable cause) {
        super(cause);
        this.operator = operator;
        this.code = code;
        this.policy = policy;
    }

    static OperatorFailure of(String operator, FailurePolicy policy, Throwable cause) {
        String code = cause instanceof Poison poison
                ? poison.code()
                : cause.getClass().getSimpleName();
        return new OperatorFailure(operator, code, policy, cause);
    }

    /** Bytes that a serde cannot read fail for ever: never retried. */
    static OperatorFailure undecodable(String operator, FailurePolicy policy, Throwable cause) {
        return of(operator, policy, poison(cause));
    }

    /** Of bytes that a serde cannot read. */
    static Poison poison(Throwable cause) {
        if (cause instanceof Poison named) {
            return named;
        }
        Poison poison = Poison.because("UNDECODABLE", "%s", String.valueOf(cause.getMessage()));
        poison.initCause(cause);
        return poison;
    }

    /** Retried as its policy says: the next try may be faster. */
    static OperatorFailure deadlineExceeded(String operator, FailurePolicy policy, Duration deadline) {
        TimeoutException late = new TimeoutException(
                "expected the operators to return within %s: see waybill.engine.record-deadline".formatted(deadline));
        return new OperatorFailure(operator, DEADLINE_EXCEEDED, policy, late);
    }

    /** Retried as its policy says: the other system may be faster next time. */
    static OperatorFailure callTimedOut(String operator, FailurePolicy policy, Duration timeout) {
        TimeoutException late =
                new TimeoutException("expected an answer within %s: see the operator's timeout".formatted(timeout));
        return new OperatorFailure(operator, CALL_TIMED_OUT, policy, late);
    }

    /** Not run, and never waited for: whatever the operator's policy, to run it again would end the process again. */
    static OperatorFailure quarantined(String operator, FailurePolicy policy, int exits) {
        Poison poison = Poison.because(
                QUARANTINED,
                "expected the operators to return, but %d processes ended while they ran it: it was not run again",
                exits);
        return new OperatorFailure(operator, QUARANTINED, givenUp(policy), poison);
    }

    /** Not run, since its key waits for a person, with as many as may wait. */
    static OperatorFailure behindDeadLetter(String operator, FailurePolicy policy, String head, int waiting) {
        Poison poison = Poison.because(
                BEHIND_DEAD_LETTER,
                "its key waits for dead letter %s, and %d of it wait already: see waybill.engine.max-waiting-of-key and max-waiting-records",
                head,
                waiting);
        return new OperatorFailure(operator, BEHIND_DEAD_LETTER, givenUp(policy), poison);
    }

    /** Without tries and stops. */
    private static FailurePolicy givenUp(FailurePolicy policy) {
        return policy.then() == FailurePolicy.Then.DEAD_LETTER_IN_SEQUENCE
                ? FailurePolicy.deadLetterInSequence()
                : FailurePolicy.deadLetter();
    }

    /** The same output would be refused again: never retried by itself. */
    static OperatorFailure refused(Refusals.Refusal refusal, FailurePolicy policy) {
        Poison poison = Poison.because(
                OutputRefusedException.CODE,
                "expected the output of '%s' to be taken, but it was refused: %s",
                refusal.sink(),
                refusal.reason());
        return new OperatorFailure(refusal.sink(), OutputRefusedException.CODE, policy, poison);
    }

    /** A database will never take this row: never retried. */
    static OperatorFailure rejected(String sink, FailurePolicy policy, Rejection why) {
        return new OperatorFailure(sink, why.code(), policy, Poison.because(why.code(), "%s", why.message()));
    }

    boolean isQuarantine() {
        return code.equals(QUARANTINED);
    }

    String operator() {
        return operator;
    }

    String code() {
        return code;
    }

    FailurePolicy policy() {
        return policy;
    }

    boolean retryable() {
        return !(thrown() instanceof Poison);
    }

    Throwable thrown() {
        Throwable cause = getCause();
        return cause == null ? this : cause;
    }

    String type() {
        return thrown().getClass().getName();
    }

    String message() {
        return bounded(String.valueOf(thrown().getMessage()), MAX_MESSAGE);
    }

    /** Of poison only the first frames: it names its reason itself, and there may be many thousands of it. */
    String stackTrace() {
        StringBuilder text = new StringBuilder();
        int frames = thrown() instanceof Poison ? POISON_FRAMES : Integer.MAX_VALUE;
        for (Throwable t = thrown(); t != null && text.length() < MAX_STACK; t = t.getCause()) {
            text.append(text.isEmpty() ? "" : "Caused by: ").append(t).append('\n');
            StackTraceElement[] trace = t.getStackTrace();
            for (int i = 0; i < trace.length && i < frames && text.length() < MAX_STACK; i++) {
                text.append("\tat ").append(trace[i]).append('\n');
            }
        }
        return bounded(text.toString(), MAX_STACK);
    }

    private static String bounded(String text, int max) {
        return text.length() <= max ? text : text.substring(0, max - 1) + "…";
    }
}
