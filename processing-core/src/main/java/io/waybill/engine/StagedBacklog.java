package io.waybill.engine;

import io.waybill.log.GroupReader;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many rows wait for each staged sink of a pipeline, whichever thread applies them. While they are too many no flow
 * begins (I6): what is inside goes on, and so do the other sinks. One thread.
 */
final class StagedBacklog {

    private static final Logger LOG = LoggerFactory.getLogger(StagedBacklog.class);
    private static final Duration PACE = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofMillis(50);

    private final PipelinePlan plan;
    private final long most;
    private final GroupReader group;
    private final InstantSource clock;
    private final Set<String> full = new HashSet<>();
    private Instant next = Instant.EPOCH;

    /** @param most rows of one sink, told in offsets: markers of transactions count as well */
    StagedBacklog(PipelinePlan plan, long most, GroupReader group, InstantSource clock) {
        this.plan = plan;
        this.most = most;
        this.group = group;
        this.clock = clock;
    }

    /** Narrows what tasks may take up, where their gates are open. */
    void steer(Collection<Task> tasks, Gate gate) {
        Instant now = clock.instant();
        if (!now.isBefore(next)) {
            next = now.plus(PACE);
            plan.stages().stream()
                    .filter(stage -> stage.feed() instanceof Feed.Staged)
                    .forEach(this::look);
        }
        if (!full.isEmpty() && gate == Gate.OPEN) {
            tasks.forEach(task -> task.gate(Gate.NO_NEW_FLOWS));
        }
    }

    private void look(StagePlan sink) {
        Set<TopicPartition> all = new HashSet<>();
        for (int i = 0; i < sink.input().partitions(); i++) {
            all.add(sink.inputOf(i));
        }
        try {
            judge(sink.stage(), waiting(all));
        } catch (TimeoutException pending) {
            LOG.debug("the backlog of sink '{}' is not known now: {}", sink.stage(), pending.toString());
        }
    }

    private long waiting(Set<TopicPartition> all) {
        Map<TopicPartition, OffsetAndMetadata> committed = group.committed(all, PATIENCE);
        Map<TopicPartition, Long> ends = group.highWatermarks(all);
        long waiting = 0;
        for (TopicPartition partition : all) {
            OffsetAndMetadata told = committed.get(partition);
            if (told != null) {
                waiting += Math.max(0, ends.getOrDefault(partition, 0L) - told.offset());
            }
        }
        return waiting;
    }

    private void judge(String sink, long waiting) {
        if (waiting >= most && full.add(sink)) {
            LOG.warn("sink '{}' is {} rows behind: no flow begins until a fifth of them is applied", sink, waiting);
        } else if (waiting <= most - most / 5 - 1 && full.remove(sink)) {
            LOG.info("sink '{}' is {} rows behind: flows begin again", sink, waiting);
        }
    }
}
