package io.waybill.engine;

import io.waybill.format.LogFormats;
import io.waybill.format.UnreadableLogException;
import io.waybill.format.v1.Control;
import io.waybill.log.LogReader;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what people order: the replay partitions of the tasks it is given, and the control topic. By assignment, since
 * ownership of a task follows its input alone (R10).
 */
final class SideReader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SideReader.class);

    private final PipelinePlan plan;
    private final LogReader reader;
    private final TopicPartition control;
    private final Set<TopicPartition> assigned = new HashSet<>();
    private final Set<TopicPartition> paused = new HashSet<>();

    SideReader(PipelinePlan plan, LogReader reader) {
        this.plan = plan;
        this.reader = reader;
        this.control = new TopicPartition(plan.topics().control(), 0);
        assigned.add(control);
        reader.assign(assigned);
        // Orders given while nobody ran are moot: whatever stopped is tried again at start.
        seekControlToEnd();
    }

    void add(Task task) {
        TopicPartition replays = task.replays();
        assigned.add(replays);
        reader.assign(assigned);
        reader.seek(replays, task.nextReplayToRead());
    }

    void remove(Task task) {
        TopicPartition replays = task.replays();
        paused.remove(replays);
        if (assigned.remove(replays)) {
            reader.assign(assigned);
        }
    }

    /** The next offset it will read of a task's replays. */
    long position(TopicPartition replays) {
        return reader.position(replays);
    }

    void poll(Map<TopicPartition, Task> tasks, People people) {
        for (ConsumerRecord<byte[], byte[]> record : reader.poll(Duration.ZERO)) {
            if (record.topic().equals(control.topic())) {
                obey(record, people);
                continue;
            }
            Task task = tasks.get(plan.inputBehind(new TopicPartition(record.topic(), record.partition())));
            if (task != null) {
                task.order(record);
            }
        }
    }

    private void obey(ConsumerRecord<byte[], byte[]> record, People people) {
        Control command;
        try {
            command = LogFormats.decode(
                    Control.parser(),
                    record.value() == null ? new byte[0] : record.value(),
                    record.topic() + "-" + record.partition() + "@" + record.offset());
        } catch (UnreadableLogException foreign) {
            // An order decides nothing by itself: who gave it sees that nothing happened, and gives it again.
            LOG.error("an order is passed over: {}", foreign.getMessage());
            return;
        }
        if (command.hasDecideInDoubt()) {
            Control.DecideInDoubt order = command.getDecideInDoubt();
            if (order.getPipeline().equals(plan.pipeline().name())) {
                people.decide(order.getIncidentId(), order.getDecision(), command.getRequestedBy());
            }
            return;
        }
        Control.RetryIncident retry = command.getRetryIncident();
        StagePlan stage = plan.stage(retry.getStage());
        if (command.hasRetryIncident()
                && retry.getPipeline().equals(plan.pipeline().name())
                && stage != null) {
            people.retry(retry.getIncidentId(), stage.inputOf(retry.getPartition()), command.getRequestedBy());
        }
    }

    /** Tasks that have enough to do are not read for. */
    void balance(Collection<Task> tasks) {
        for (Task task : tasks) {
            TopicPartition replays = task.replays();
            if (!task.wantsOrders() && paused.add(replays)) {
                reader.pause(List.of(replays));
            } else if (task.wantsOrders() && paused.remove(replays)) {
                reader.resume(List.of(replays));
            }
        }
    }

    @Override
    public void close() {
        reader.close();
    }

    /** Orders that the log no longer holds are moot. */
    boolean skipsLost(TopicPartition partition) {
        if (!partition.equals(control)) {
            return false;
        }
        seekControlToEnd();
        return true;
    }

    private void seekControlToEnd() {
        reader.seek(control, reader.highWatermarks(Set.of(control)).getOrDefault(control, 0L));
    }

    interface People {

        /** @param input of the task that shall try again */
        void retry(String incidentId, TopicPartition input, String requestedBy);

        /** What shall become of what this incident is about. */
        void decide(String incidentId, Control.DecideInDoubt.Decision decision, String requestedBy);
    }
}
