package io.waybill.engine;

import io.waybill.format.v1.Control.DecideInDoubt.Decision;
import io.waybill.store.LocalStores.TaskId;
import org.apache.kafka.common.TopicPartition;

/** Obeys what people order about open incidents. Everybody hears an order; who is concerned obeys. One thread. */
final class IncidentOrders implements SideReader.People {

    private final PipelinePlan plan;
    private final IncidentLog incidents;
    private final SinkDesk desk;
    private final OwnedTasks tasks;
    private final PartitionCounts counts;

    IncidentOrders(PipelinePlan plan, Connections connections, OwnedTasks tasks, PartitionCounts counts) {
        this.plan = plan;
        this.incidents = connections.incidents();
        this.desk = connections.desk();
        this.tasks = tasks;
        this.counts = counts;
    }

    @Override
    public void retry(String incidentId, TopicPartition input, String by) {
        if (!tasks.owns(input)) {
            // Only the task's owner may say that it was obeyed.
            return;
        }
        TaskId id = plan.taskBehind(input);
        if (!incidents.concerns(id, incidentId)) {
            // An earlier owner may have opened it after this one looked.
            incidents.refresh();
        }
        if (!incidents.concerns(id, incidentId)) {
            return;
        }
        incidents.resumed(id, by);
        if (tasks.tryAgain(input)) {
            counts.lookSoon();
        }
    }

    @Override
    public void decide(String incidentId, Decision decision, String by) {
        incidents.refresh();
        desk.order(incidentId, decision, by);
    }
}
