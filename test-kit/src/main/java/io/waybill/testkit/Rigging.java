package io.waybill.testkit;

import io.waybill.pipeline.Intercepted;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** What is to go wrong in operators. Written by the test, read by the instance, never at once. */
final class Rigging implements Intercepted.Interceptor {

    private final Map<String, Deque<Exception>> failures = new HashMap<>();
    private final Set<String> crashes = new HashSet<>();
    private final Map<String, Deque<Duration>> delays = new HashMap<>();
    private final Runnable crash;
    private final Consumer<Duration> wait;

    /**
     * @param crash ends the instance and throws
     * @param wait lets the operator take so long
     */
    Rigging(Runnable crash, Consumer<Duration> wait) {
        this.crash = crash;
        this.wait = wait;
    }

    void delay(String operator, Duration time, int times) {
        Deque<Duration> planned = delays.computeIfAbsent(operator, o -> new ArrayDeque<>());
        for (int i = 0; i < times; i++) {
            planned.add(time);
        }
    }

    void fail(String operator, Exception exception, int times) {
        Deque<Exception> planned = failures.computeIfAbsent(operator, o -> new ArrayDeque<>());
        for (int i = 0; i < times; i++) {
            planned.add(exception);
        }
    }

    void crash(String operator) {
        crashes.add(operator);
    }

    @Override
    public void before(String operator) throws Exception {
        if (crashes.remove(operator)) {
            crash.run();
        }
        Deque<Duration> delayed = delays.get(operator);
        Duration time = delayed == null ? null : delayed.poll();
        if (time != null) {
            wait.accept(time);
        }
        Deque<Exception> planned = failures.get(operator);
        Exception next = planned == null ? null : planned.poll();
        if (next != null) {
            throw next;
        }
    }
}
