package io.waybill.engine;

import io.waybill.format.v1.PipelineOrder;
import io.waybill.format.v1.PipelineOrder.Wanted;
import io.waybill.format.v1.StageShape;
import io.waybill.format.v1.TaskReport;
import io.waybill.format.v1.ThreadReport;
import io.waybill.format.v1.Vitals;
import io.waybill.store.LocalStores.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One processing thread and what people want of its pipeline (ADR 13): reads their orders, shuts and opens the gates of
 * its tasks, and says on the log which order it has obeyed and what is inside still. One thread.
 */
final class Lifecycle implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Lifecycle.class);
    private static final Duration STANDBY_LOOK = Duration.ofMillis(250);
    /** How soon positions and progress are told again; a new order or state is told at once. */
    private static final Duration NEWS = Duration.ofSeconds(1);

    private final PipelinePlan plan;
    private final Ports ports;
    private final String thread;
    private final List<StageShape> shapes;
    private final StandingOrder wanted;
    private final ThreadReports reports;
    private final Map<TaskId, RestoreProgress> restoring = new HashMap<>();
    private PipelineOrder obeyed = PipelineOrder.getDefaultInstance();
    private ThreadReport.State told = ThreadReport.State.STATE_UNSPECIFIED;
    private Instant nextNews = Instant.EPOCH;

    Lifecycle(PipelinePlan plan, Ports ports, String thread) {
        this.plan = plan;
        this.ports = ports;
        this.thread = thread;
        this.shapes = Shapes.of(plan);
        this.wanted = new StandingOrder(plan, ports);
        try {
            this.reports = new ThreadReports(plan, ports, thread);
        } catch (RuntimeException e) {
            wanted.close();
            throw e;
        }
    }

    /** Waits while the pipeline is stopped, outside the group. @return false where the process ends first */
    boolean awaitStart() {
        wanted.refresh();
        while (isStopOrdered()) {
            obey();
            reports.say(report(ThreadReport.State.STOPPED, "").build());
            if (ports.stop().await(STANDBY_LOOK)) {
                return false;
            }
            wanted.look();
        }
        return true;
    }

    /** The ports of one life of the thread, with an ear for what its tasks restore. */
    Ports listening() {
        return new Ports(
                ports.log(),
                ports.stores(),
                ports.clock(),
                ports.random(),
                ports.stop(),
                ports.duplicates(),
                new RestoreListener(ports.probe(), restoring),
                ports.crew(),
                ports.calls());
    }

    /** Reads every order there is. */
    void refresh() {
        wanted.refresh();
        obey();
    }

    /** Reads on, and sets the gate of every task. */
    void steer(Collection<Task> tasks) {
        wanted.look();
        obey();
        Gate gate = gate();
        tasks.forEach(task -> task.gate(gate));
    }

    private void obey() {
        PipelineOrder order = wanted.order();
        if (!order.getId().equals(obeyed.getId())) {
            LOG.info(
                    "pipeline {} is to be {}, by order of {}: {}",
                    plan.pipeline().name(),
                    order.getWanted(),
                    order.getRequestedBy(),
                    order.getReason());
            nextNews = Instant.EPOCH;
        }
        obeyed = order;
    }

    Gate gate() {
        return Gate.of(obeyed.getWanted());
    }

    private boolean isStopOrdered() {
        return wanted.order().getWanted() == Wanted.STOPPED;
    }

    /** A stop was ordered, and nothing is in an operator any more. */
    boolean leaves(Collection<Task> tasks) {
        return obeyed.getWanted() == Wanted.STOPPED && tasks.stream().noneMatch(Task::isRunning);
    }

    /** Says what is news, at its pace. */
    void tell(Situation situation) {
        ThreadReport.State state = state(situation);
        Instant now = ports.clock().instant();
        if (state == told && now.isBefore(nextNews)) {
            return;
        }
        told = state;
        nextNews = now.plus(NEWS);
        ThreadReport.Builder report = report(state, situation.memberId());
        situation.tasks().forEach(report::addTasks);
        report.setVitals(situation.vitals());
        reports.say(report.build());
    }

    private ThreadReport.State state(Situation situation) {
        return switch (obeyed.getWanted()) {
            case WANTED_UNSPECIFIED, RUNNING -> ThreadReport.State.RUNNING;
            case PAUSED, UNRECOGNIZED -> situation.isBusy() ? ThreadReport.State.PAUSING : ThreadReport.State.PAUSED;
            case DRAINING -> situation.isEmpty() ? ThreadReport.State.EMPTY : ThreadReport.State.DRAINING;
            case STOPPED -> ThreadReport.State.STOPPING;
        };
    }

    private ThreadReport.Builder report(ThreadReport.State state, String memberId) {
        return ThreadReport.newBuilder()
                .setPipeline(plan.pipeline().name())
                .setThread(thread)
                .setMemberId(memberId)
                .setOrderId(obeyed.getId())
                .setState(state)
                .setVersion(plan.pipeline().version())
                .addAllStages(shapes);
    }

    /** How far the restore of a task has come, while it is opened. */
    RestoreProgress restored(TaskId task) {
        return restoring.getOrDefault(task, RestoreListener.NOTHING);
    }

    @Override
    public void close() {
        try {
            if (ports.stop().requested()) {
                reports.end();
            }
            reports.close();
        } finally {
            wanted.close();
        }
    }

    /** What a thread has in hand at the end of a step. */
    interface Situation {

        String memberId();

        /** A record is in an operator or has parts to run, a checkpoint or a task is being opened. */
        boolean isBusy();

        /** While draining: nothing is inside and nothing is uncommitted. */
        boolean isEmpty();

        List<TaskReport> tasks();

        /** Of the thread, in the last seconds. */
        Vitals vitals();
    }
}
