package io.waybill.engine;

import io.waybill.pipeline.Operator;
import io.waybill.pipeline.Poison;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a run of one record or part asks other systems. A run asks for calls that were answered to runs before it, in the
 * same order for each operator, and is given their answers; what nobody has answered yet is what it waits for. So
 * a record runs once more for each operator that calls, and nothing of a run remains that had to wait.
 */
final class Asked {

    /** As a time in milliseconds. */
    static final long NEVER = Long.MAX_VALUE;

    /** Of each operator, in the order in which they were asked for. */
    private final Map<String, List<Call>> all = new HashMap<>();

    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<Call> open = new ArrayList<>(1);
    private final int most;
    private @Nullable Waiting waiting;
    private @Nullable RowKey key;
    private boolean outdated;
    private long readyMs = NEVER;

    private Asked(int most) {
        this.most = most;
    }

    /**
     * @param before what the run before it asked; null where it is the first
     * @param most calls of one run
     */
    static Asked after(@Nullable Asked before, int most) {
        Asked asked = new Asked(most);
        if (before != null) {
            before.all.forEach((operator, calls) -> asked.all.put(operator, new ArrayList<>(calls)));
        }
        return asked;
    }

    /**
     * @param name of the call, where it is a new one
     * @return null where the record has to wait for it
     */
    @Nullable
    Answer ask(Operator.Async operator, Object value, Supplier<String> name) {
        int number = numbers.merge(operator.name(), 1, Integer::sum) - 1;
        List<Call> calls = all.computeIfAbsent(operator.name(), of -> new ArrayList<>(1));
        Call known = number < calls.size() ? calls.get(number) : null;
        if (known != null && known.answer() != null) {
            return known.answer();
        }
        if (open.size() == most) {
            throw Poison.because("TOO_MANY_CALLS", "expected at most %d calls at once for one record", most);
        }
        Call call = new Call(operator, value, this, name.get() + "/" + number);
        open.add(call);
        if (known == null) {
            calls.add(call);
        } else {
            calls.set(number, call);
        }
        return null;
    }

    /** Calls that are to be made. */
    List<Call> open() {
        return open;
    }

    /** The record has this place in the waiting room; null while it is held elsewhere. */
    @Nullable
    Waiting waiting() {
        return waiting;
    }

    void waitsAs(Waiting place) {
        waiting = place;
    }

    /** It was asked with what the state of this key was; null where no state was looked at. */
    @Nullable
    RowKey key() {
        return key;
    }

    void ofKey(byte[] of) {
        key = new RowKey(of);
    }

    /** The state of its key is another one by now: the same run would ask something else. */
    void outdate() {
        outdated = true;
    }

    boolean isOutdated() {
        return outdated;
    }

    /** When the record is to run again: the past where all is answered, or enough to know that it fails. */
    long readyMs() {
        return readyMs;
    }

    boolean isReady(long nowMs) {
        return readyMs <= nowMs;
    }

    /** A call was begun or answered. */
    void look(long nowMs) {
        boolean all = true;
        boolean failed = false;
        long deadline = NEVER;
        for (Call call : open) {
            all &= call.answer() != null;
            failed |= call.answer() instanceof Answer.Failed;
            if (call.answer() == null) {
                deadline = Math.min(deadline, call.deadlineMs());
            }
        }
        readyMs = all || failed ? Math.min(readyMs, nowMs) : deadline;
    }
}
