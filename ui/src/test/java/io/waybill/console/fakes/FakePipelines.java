package io.waybill.console.fakes;

import io.waybill.control.Actual;
import io.waybill.control.PipelineView;
import io.waybill.control.PipelineView.Bound;
import io.waybill.control.PipelineView.Operator;
import io.waybill.control.PipelineView.OperatorVitals;
import io.waybill.control.PipelineView.Order;
import io.waybill.control.PipelineView.Restore;
import io.waybill.control.PipelineView.Stage;
import io.waybill.control.PipelineView.Task;
import io.waybill.control.PipelineView.TaskState;
import io.waybill.control.PipelineView.ThreadState;
import io.waybill.control.PipelineView.ThreadView;
import io.waybill.control.PipelineView.Vitals;
import io.waybill.control.Pipelines;
import io.waybill.control.ReasonMissingException;
import io.waybill.control.UnknownPipelineException;
import io.waybill.control.Wanted;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Pipelines in memory that obey only when they are told to; remembers who ordered what and why. */
public final class FakePipelines implements Pipelines {

    private final Map<String, PipelineView> pipelines = new TreeMap<>();
    private final List<String> orders = new CopyOnWriteArrayList<>();

    public synchronized void clear() {
        pipelines.clear();
        orders.clear();
    }

    public synchronized void put(PipelineView pipeline) {
        pipelines.put(pipeline.name(), pipeline);
    }

    /** A pipeline of two stages and two threads, one of which still opens a task; a third one has not reported yet. */
    public static PipelineView running(String name, String text) {
        List<Stage> stages = List.of(
                new Stage(
                        "source",
                        "payments.files",
                        2,
                        true,
                        List.of(
                                new Operator("read", "map", "3 retries (200 ms to 1 min), then dead letter"),
                                new Operator("payments", "split into parts", "dead letter"),
                                new Operator("accounts", "key by", "stop"),
                                new Operator(text, "map", "stop"))),
                new Stage(
                        "accounts",
                        "waybill.payment-files.accounts",
                        2,
                        false,
                        List.of(new Operator("daily-limit", "keyed state", "dead letter"))));
        List<ThreadView> threads = List.of(
                new ThreadView(
                        "node-a-0",
                        3,
                        ThreadState.RUNNING,
                        true,
                        Instant.now(),
                        List.of(
                                new Task(
                                        "source", 0, TaskState.OPEN, false, null, 1_240.4, 12_000L, Bound.WAITING_ROOM),
                                new Task("accounts", 0, TaskState.STOPPED, false, null, 0, null, null)),
                        new Vitals(
                                62,
                                10,
                                8,
                                20,
                                12_400,
                                List.of(
                                        new OperatorVitals("source", "read", 1_240.4, 52, 420),
                                        new OperatorVitals("source", "payments", 1_240.4, 8, 60)))),
                new ThreadView(
                        "node-b-0",
                        3,
                        ThreadState.RUNNING,
                        true,
                        Instant.now(),
                        List.of(
                                new Task("source", 1, TaskState.OPEN, false, null, 9.6, 30L, null),
                                new Task(
                                        "accounts",
                                        1,
                                        TaskState.OPENING,
                                        false,
                                        new Restore(412_000, 96_000_000, 88_000),
                                        0,
                                        null,
                                        null)),
                        Vitals.UNKNOWN),
                new ThreadView("consumer-of-node-c", 0, ThreadState.UNKNOWN, false, null, List.of(), Vitals.UNKNOWN));
        return new PipelineView(name, Wanted.RUNNING, Actual.RUNNING, null, threads, stages, List.of());
    }

    /** The threads have obeyed. */
    public synchronized void obey(String name, Actual actual) {
        PipelineView now = get(name);
        put(new PipelineView(name, now.wanted(), actual, now.order(), now.threads(), now.stages(), List.of()));
    }

    /** Each as "pipeline wanted by user: reason". */
    public List<String> orders() {
        return new ArrayList<>(orders);
    }

    @Override
    public synchronized List<PipelineView> all() {
        return List.copyOf(pipelines.values());
    }

    @Override
    public synchronized PipelineView get(String name) {
        PipelineView found = pipelines.get(name);
        if (found == null) {
            throw UnknownPipelineException.of(name);
        }
        return found;
    }

    @Override
    public synchronized Ordered order(String name, Wanted wanted, String by, String reason) {
        PipelineView now = get(name);
        String why = ReasonMissingException.checked(reason);
        orders.add("%s %s by %s: %s".formatted(name, wanted, by, why));
        Order order = new Order("order-" + orders.size(), wanted, by, Instant.now(), why);
        Actual onItsWay = switch (wanted) {
            case RUNNING -> Actual.STARTING;
            case PAUSED -> Actual.PAUSING;
            case DRAINING -> Actual.DRAINING;
            case STOPPED -> Actual.STOPPING;
        };
        put(new PipelineView(
                name,
                wanted,
                onItsWay,
                order,
                now.threads(),
                now.stages(),
                List.of("thread node-b-0 has not read the order yet")));
        return new Ordered(get(name), true);
    }
}
