package io.waybill.testkit;

import io.waybill.pipeline.Intercepted;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What is to go wrong in operators. Written by the test, read by the instance, never at once. */
final class Rigging implements Intercepted.Interceptor {

    private final Map<String, Deque<Exception>> failures = new HashMap<>();
    private final Set<String> crashes = new HashSet<>();
    private final Runnable crash;

    /** @param crash ends the instance and throws */
    Rigging(Runnable crash) {
        this.crash = crash;
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
        Deque<Exception> planned = failures.get(operator);
        Exception next = planned == null ? null : planned.poll();
        if (next != null) {
            throw next;
        }
    }
}
