package io.waybill.engine;

import io.waybill.pipeline.Operator;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Makes the calls of one task: so many of each operator at once, others wait for theirs to begin. A call counts until its
 * function returns, also where nobody waits for it any more: functions that never return stop their operator, they do not
 * use up the process. One thread, but for answers.
 */
final class CallDesk {

    private final String pipeline;
    private final Ports.Calls threads;
    private final InstantSource clock;
    private final Probe probe;
    private final Runnable alarm;
    private final Map<String, Line> lines = new HashMap<>();
    private final Queue<Back> back = new ConcurrentLinkedQueue<>();
    private final Set<Call> running = new LinkedHashSet<>();
    private volatile boolean closed;

    /** @param alarm is run by any thread when there is something to hear */
    CallDesk(
            String pipeline,
            List<Operator> operators,
            Ports.Calls threads,
            InstantSource clock,
            Probe probe,
            Runnable alarm) {
        this.pipeline = pipeline;
        this.threads = threads;
        this.clock = clock;
        this.probe = probe;
        this.alarm = alarm;
        for (Operator operator : operators) {
            if (operator instanceof Operator.Async async) {
                lines.put(async.name(), new Line(async.options().inFlight()));
            }
        }
    }

    private static final class Line {

        private final int most;
        private final Deque<Call> queue = new ArrayDeque<>();
        private int running;

        Line(int most) {
            this.most = most;
        }

        boolean isFull() {
            return running >= most || !queue.isEmpty();
        }
    }

    private record Back(Call call, Answer answer) {}

    /** Whether a record may be taken up that might call. */
    boolean admits() {
        for (Line line : lines.values()) {
            if (line.isFull()) {
                return false;
            }
        }
        return true;
    }

    /** Somebody waits for an answer. */
    boolean isCalling() {
        return running.stream().anyMatch(call -> !call.isGivenUp());
    }

    /**
     * Functions are in hand that somebody waits for.
     *
     * @param patience how long each of them counts; not longer than its time in any case
     */
    boolean isUnderWay(Instant now, Duration patience) {
        return running.stream()
                .anyMatch(call -> !call.isGivenUp()
                        && call.deadlineMs() > now.toEpochMilli()
                        && call.begunAt().plus(patience).isAfter(now));
    }

    /**
     * An operator that makes no calls any more.
     *
     * @param calls that nobody waits for, and that have not returned
     * @param since when the last of them was to be answered
     */
    record Stuck(String operator, int calls, Instant since) {}

    /** Null where there is none. */
    @Nullable
    Stuck stuck() {
        for (Map.Entry<String, Line> each : lines.entrySet()) {
            Line line = each.getValue();
            List<Call> held = line.running < line.most ? List.of() : running(each.getKey());
            if (!held.isEmpty() && held.stream().allMatch(Call::isGivenUp)) {
                long last = held.stream().mapToLong(Call::deadlineMs).max().orElse(0);
                return new Stuck(each.getKey(), held.size(), Instant.ofEpochMilli(last));
            }
        }
        return null;
    }

    private List<Call> running(String operator) {
        return running.stream()
                .filter(call -> call.operator().name().equals(operator))
                .toList();
    }

    /** Makes the calls that it needs, as soon as that may be. */
    void begin(Asked asked) {
        for (Call call : asked.open()) {
            Line line = line(call);
            line.queue.add(call);
            beginNext(line);
        }
        asked.look(clock.millis());
    }

    private Line line(Call call) {
        Line line = lines.get(call.operator().name());
        if (line == null) {
            throw new IllegalStateException("operator '" + call.operator().name() + "' is not of this stage");
        }
        return line;
    }

    private List<Asked> beginNext(Line line) {
        Set<Asked> begun = new LinkedHashSet<>();
        while (line.running < line.most && !line.queue.isEmpty()) {
            Call call = line.queue.removeFirst();
            line.running++;
            running.add(call);
            call.begunAt(clock.instant());
            probe.calling(pipeline, call.operator().name(), 1);
            call.runsOn(threads.begin(call.name(), call::run, answer -> answered(call, answer)));
            begun.add(call.asked());
        }
        return List.copyOf(begun);
    }

    /** By the thread of the call. */
    private void answered(Call call, Answer answer) {
        back.add(new Back(call, answer));
        if (!closed) {
            alarm.run();
        }
    }

    /** @return who may have more answers by now, or another time to wait for */
    Collection<Asked> hear() {
        if (back.isEmpty()) {
            return List.of();
        }
        Set<Asked> changed = new LinkedHashSet<>();
        for (Back next = back.poll(); next != null; next = back.poll()) {
            Call call = next.call();
            Line line = line(call);
            line.running--;
            running.remove(call);
            probe.calling(pipeline, call.operator().name(), -1);
            if (!call.isGivenUp()) {
                call.answered(next.answer());
                told(call, next.answer() instanceof Answer.Failed ? Probe.CallEnd.FAILED : Probe.CallEnd.ANSWERED);
                changed.add(call.asked());
            }
            changed.addAll(beginNext(line));
        }
        long now = clock.millis();
        changed.forEach(asked -> asked.look(now));
        return changed;
    }

    /** The record runs again: what has not been answered by now never is. */
    void end(Asked asked) {
        Instant now = clock.instant();
        for (Call call : asked.open()) {
            if (call.answer() != null) {
                continue;
            }
            boolean begun = call.hasBegun();
            call.giveUp();
            if (!begun) {
                line(call).queue.remove(call);
            } else if (call.deadlineMs() <= now.toEpochMilli()) {
                call.answered(new Answer.Missing());
                told(call, Probe.CallEnd.TIMED_OUT);
            } else {
                told(call, Probe.CallEnd.GIVEN_UP);
            }
        }
    }

    private void told(Call call, Probe.CallEnd end) {
        probe.called(pipeline, call.operator().name(), end, Duration.between(call.begunAt(), clock.instant()));
    }

    /** The task is somebody else's, who makes the calls again. */
    void close() {
        closed = true;
        for (Call call : running) {
            probe.calling(pipeline, call.operator().name(), -1);
            call.giveUp();
        }
        running.clear();
    }
}
