package io.waybill.starter.engine;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.waybill.engine.Probe;
import io.waybill.engine.RestoreProgress;
import io.waybill.engine.TaskCounts;
import io.waybill.engine.TaskFigures;
import io.waybill.engine.ThreadFigures;
import io.waybill.store.LocalStores.TaskId;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Meters of each operator that calls another system: a call takes much longer than to count it. */
final class CallMetrics implements Probe {

    private final Probe next;
    private final MeterRegistry registry;
    private final Map<Operator, AtomicInteger> inFlight = new ConcurrentHashMap<>();
    private final Map<Ended, Timer> timers = new ConcurrentHashMap<>();

    CallMetrics(Probe next, MeterRegistry registry) {
        this.next = next;
        this.registry = registry;
    }

    private record Operator(String pipeline, String name) {}

    private record Ended(Operator operator, CallEnd end) {}

    @Override
    public void calling(String pipeline, String operator, int more) {
        inFlight.computeIfAbsent(new Operator(pipeline, operator), this::gauge).addAndGet(more);
        next.calling(pipeline, operator, more);
    }

    private AtomicInteger gauge(Operator operator) {
        AtomicInteger number = new AtomicInteger();
        Gauge.builder("waybill.calls.in.flight", number, AtomicInteger::get)
                .tags("pipeline", operator.pipeline(), "operator", operator.name())
                .baseUnit("calls")
                .description("calls of other systems whose functions have not returned")
                .register(registry);
        return number;
    }

    @Override
    public void called(String pipeline, String operator, CallEnd end, Duration time) {
        timers.computeIfAbsent(new Ended(new Operator(pipeline, operator), end), this::timer)
                .record(time);
        next.called(pipeline, operator, end, time);
    }

    private Timer timer(Ended ended) {
        return Timer.builder("waybill.calls")
                .tags(
                        "pipeline",
                        ended.operator().pipeline(),
                        "operator",
                        ended.operator().name())
                .tag("outcome", ended.end().name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .description("calls of other systems, and how long somebody waited for each")
                .register(registry);
    }

    @Override
    public void at(Point point, String subject) {
        next.at(point, subject);
    }

    @Override
    public void restored(TaskId task, RestoreProgress progress) {
        next.restored(task, progress);
    }

    @Override
    public void committed(String pipeline, Duration time, List<TaskCounts> counts) {
        next.committed(pipeline, time, counts);
    }

    @Override
    public void seen(String pipeline, String thread, ThreadFigures time, List<TaskFigures> tasks) {
        next.seen(pipeline, thread, time, tasks);
    }
}
