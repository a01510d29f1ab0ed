package io.waybill.engine;

import io.waybill.log.GroupReader;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many rows wait for the staged sinks whose tasks are this thread's. While they are more than its share no flow begins
 * here (I6): what is inside goes on, and so do the other sinks. Each thread looks at what it owns alone: only the reader of a
 * partition knows what of it are rows, and what was aborted. One thread.
 */
final class StagedBacklog {

    private static final Logger LOG = LoggerFactory.getLogger(StagedBacklog.class);
    private static final Duration PACE = Duration.ofSeconds(1);

    private final PipelinePlan plan;
    private final long most;
    private final GroupReader group;
    private final InstantSource clock;
    private final Set<String> full = new HashSet<>();
    private Instant next = Instant.EPOCH;

    /** @param most rows of one sink, over all its partitions */
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
            for (StagePlan stage : plan.stages()) {
                if (stage.feed() instanceof Feed.Staged) {
                    look(stage, tasks);
                }
            }
        }
        if (!full.isEmpty() && gate == Gate.OPEN) {
            tasks.forEach(Task::holdFlows);
        }
    }

    private void look(StagePlan sink, Collection<Task> tasks) {
        List<Task> own = tasks.stream()
                .filter(task -> task.plan().stage().equals(sink.stage()))
                .toList();
        if (own.isEmpty()) {
            full.remove(sink.stage());
            return;
        }
        long share = Math.max(1, most * own.size() / sink.input().partitions());
        judge(sink.stage(), waiting(own), share);
    }

    private long waiting(List<Task> own) {
        Map<TopicPartition, Long> ends =
                group.highWatermarks(own.stream().map(Task::input).toList());
        long waiting = 0;
        for (Task task : own) {
            long unread = ends.getOrDefault(task.input(), 0L) - group.position(task.input());
            waiting += Math.max(0, unread) + task.queuedInputs();
        }
        return waiting;
    }

    private void judge(String sink, long waiting, long share) {
        if (waiting >= share && full.add(sink)) {
            LOG.warn("sink '{}' is {} rows behind: no flow begins until a fifth of them is applied", sink, waiting);
        } else if (waiting < share - share / 5 && full.remove(sink)) {
            LOG.info("sink '{}' is {} rows behind: flows begin again", sink, waiting);
        }
    }
}
