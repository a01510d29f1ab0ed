package io.waybill.engine;

import io.waybill.log.LogAdmin.TopicDescription;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What becomes of tasks and of the open checkpoint when the group moves partitions: within a poll, on its thread. */
final class Handover {

    private static final Logger LOG = LoggerFactory.getLogger(Handover.class);

    private final PipelinePlan plan;
    private final Ports ports;
    private final Connections connections;
    private final Checkpoints checkpoints;
    private final OwnedTasks tasks;
    private final PartitionCounts counts;
    private final Pauses pauses;
    private boolean failed;
    /** What the member was when the tasks that are suspended were taken from it. */
    private @Nullable ConsumerGroupMetadata revokedUnder;

    Handover(
            PipelinePlan plan,
            Ports ports,
            Connections connections,
            Checkpoints checkpoints,
            OwnedTasks tasks,
            PartitionCounts counts,
            Pauses pauses) {
        this.plan = plan;
        this.ports = ports;
        this.connections = connections;
        this.checkpoints = checkpoints;
        this.tasks = tasks;
        this.counts = counts;
        this.pauses = pauses;
    }

    /** From now on nothing is committed any more. */
    void fail() {
        failed = true;
    }

    void assigned(Collection<TopicPartition> partitions) {
        Set<TopicPartition> stay = stayOf(partitions);
        if (partitions.isEmpty()) {
            return;
        }
        // A position must stand before the next fetch; the true one is known when the task is open.
        pauses.add(connections.group(), partitions);
        connections.lifecycle().refresh();
        Map<String, TopicDescription> found = ports.log().admin().describe(plan.inputs());
        for (TopicPartition partition : partitions) {
            connections.group().seek(partition, 0);
            TopicDescription input = plan.stageOf(partition).input();
            TopicDescription now = found.get(partition.topic());
            // A topic that grows while we run causes a rebalance: here it is noticed before any record of it runs.
            if (now == null || now.partitions() != input.partitions()) {
                tasks.drop(Set.of(partition));
                tasks.mustHalt(partition, PartitionCounts.grown(input));
                counts.lookSoon();
            } else if (stay.contains(partition)) {
                tasks.resume(partition);
            } else {
                tasks.take(partition);
            }
        }
        connections.incidents().refresh();
        connections.notes().refresh();
    }

    /** Those that were suspended and go on as they stand, since nobody else had them; the others that were are dropped. */
    private Set<TopicPartition> stayOf(Collection<TopicPartition> partitions) {
        Set<TopicPartition> gone = tasks.suspended();
        Set<TopicPartition> stay = new TreeSet<>(Inputs.ORDER);
        if (revokedUnder != null && connections.group().follows(revokedUnder)) {
            stay.addAll(partitions);
            stay.retainAll(gone);
        }
        gone.removeAll(stay);
        tasks.drop(gone);
        return stay;
    }

    /**
     * They are still ours until this returns. A rebalance that takes everything gives most of it back: tasks then stand
     * still, and stay open until it is known whose they are.
     */
    void revoked(Collection<TopicPartition> partitions) {
        if (!failed && !drained()) {
            undo(partitions);
        } else if (!failed && connections.group().isEager()) {
            revokedUnder = connections.group().groupMetadata();
            partitions.forEach(pauses::forget);
            tasks.suspend(partitions);
        } else {
            drop(partitions);
        }
        // Whoever gets them next reads what was noted up to now.
        connections.notes().flush();
    }

    /** The generation still stands: what is open can be committed with it. Otherwise nothing of it happened. */
    private boolean drained() {
        try {
            checkpoints.commit();
            return true;
        } catch (CommitFailedException fenced) {
            LOG.info("checkpoint fenced while tasks moved away: it is undone and runs again");
            return false;
        }
    }

    /** They are somebody else's already. */
    void lost(Collection<TopicPartition> partitions) {
        drop(tasks.suspended());
        if (checkpoints.isOpen()) {
            undo(partitions);
        } else {
            drop(partitions);
        }
    }

    /** Tasks that stay have run ahead of the commit record as well: they are taken over anew, by this same life. */
    private void undo(Collection<TopicPartition> gone) {
        checkpoints.undo();
        Set<TopicPartition> stay = new TreeSet<>(Inputs.ORDER);
        stay.addAll(tasks.openByInput().keySet());
        stay.removeAll(Set.copyOf(gone));
        drop(gone);
        drop(stay);
        pauses.add(connections.group(), stay);
        stay.forEach(tasks::take);
    }

    private void drop(Collection<TopicPartition> partitions) {
        partitions.forEach(pauses::forget);
        tasks.drop(partitions);
    }
}
