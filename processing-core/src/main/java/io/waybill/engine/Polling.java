package io.waybill.engine;

import io.waybill.log.GroupReader;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;

/** Reads for the tasks of one life what the group and what people send them, as far as they want it. One thread. */
final class Polling {

    private final PipelinePlan plan;
    private final GroupReader group;
    private final SideReader side;
    private final SideReader.People orders;
    private final OwnedTasks tasks;
    private final Pauses pauses;
    private final Alarm alarm;

    Polling(PipelinePlan plan, Connections connections, SideReader.People orders, OwnedTasks tasks, Pauses pauses) {
        this.alarm = connections.alarm();
        this.plan = plan;
        this.group = connections.group();
        this.side = connections.side();
        this.orders = orders;
        this.tasks = tasks;
        this.pauses = pauses;
    }

    /** Backpressure: only tasks that run and have not enough to do are read for. */
    void balance() {
        Set<TopicPartition> unwanted = new HashSet<>();
        tasks.open().stream().filter(task -> !task.wantsInput()).forEach(task -> unwanted.add(task.input()));
        unwanted.addAll(tasks.opening());
        unwanted.addAll(tasks.halted());
        pauses.set(group, unwanted);
        side.balance(tasks.open());
    }

    /** One poll, in which the group may move partitions. */
    void poll(Duration wait) {
        try {
            offer(alarm.poll(wait));
            side.poll(tasks.openByInput(), orders);
        } catch (OffsetOutOfRangeException lost) {
            for (TopicPartition partition : lost.partitions()) {
                if (side.skipsLost(partition)) {
                    continue;
                }
                tasks.mustHalt(
                        plan.inputBehind(partition),
                        TaskHaltedException.positionLost(
                                "the log no longer holds the position of %s: records were deleted unread"
                                        .formatted(partition)));
            }
        }
    }

    private void offer(List<ConsumerRecord<byte[], byte[]>> records) {
        TopicPartition input = null;
        Task task = null;
        for (ConsumerRecord<byte[], byte[]> record : records) {
            // Those of one partition come together.
            if (input == null
                    || input.partition() != record.partition()
                    || !input.topic().equals(record.topic())) {
                input = new TopicPartition(record.topic(), record.partition());
                task = tasks.openByInput().get(input);
            }
            if (task != null) {
                task.offer(record);
            }
        }
    }
}
