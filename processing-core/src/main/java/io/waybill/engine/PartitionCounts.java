package io.waybill.engine;

import io.waybill.log.LogAdmin.TopicDescription;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Whether the inputs still have the partitions they had when this process started. A topic that grows sends keys to other
 * tasks than before, and their state stays behind. A group that moves partitions one by one tells only the new ones'
 * owners: so every thread looks for itself now and then.
 */
final class PartitionCounts {

    static final Duration INTERVAL = Duration.ofSeconds(10);

    private final PipelinePlan plan;
    private final Ports ports;
    private Instant nextLook;

    PartitionCounts(PipelinePlan plan, Ports ports) {
        this.plan = plan;
        this.ports = ports;
        this.nextLook = ports.clock().instant().plus(INTERVAL);
    }

    /** There is a reason to look at once. */
    void lookSoon() {
        nextLook = ports.clock().instant();
    }

    /** The inputs, as they were, that have another number of partitions by now; none where it is not time to look. */
    List<TopicDescription> changed() {
        Instant now = ports.clock().instant();
        if (now.isBefore(nextLook)) {
            return List.of();
        }
        nextLook = now.plus(INTERVAL);
        Map<String, TopicDescription> found = ports.log().admin().describe(plan.inputs());
        List<TopicDescription> changed = new ArrayList<>();
        for (StagePlan stage : plan.stages()) {
            TopicDescription after = found.get(stage.input().name());
            // One that is gone shows as a lost position.
            if (after != null && after.partitions() != stage.input().partitions()) {
                changed.add(stage.input());
            }
        }
        return changed;
    }

    static TaskHaltedException grown(TopicDescription input) {
        return TaskHaltedException.partitionCountChanged(
                "topic '%s' had %d partitions when this process started and has another number now: keys would be torn apart"
                        .formatted(input.name(), input.partitions()));
    }
}
