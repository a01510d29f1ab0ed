package io.waybill.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;

/** Tells the probe what tasks did and how they stand: once a checkpoint, and once a second. One thread. */
final class Figures {

    private static final Duration PACE = Duration.ofSeconds(1);

    private final Ports ports;
    private final String pipeline;
    private final String thread;
    private final Function<TopicPartition, OptionalLong> unread;
    private final ThreadTime time;
    private final VitalSigns vitals = new VitalSigns();
    private Instant next = Instant.EPOCH;

    /** @param unread how many records of an input the broker has behind the reader's position */
    Figures(
            Ports ports,
            String pipeline,
            String thread,
            Function<TopicPartition, OptionalLong> unread,
            ThreadTime time) {
        this.time = time;
        this.ports = ports;
        this.pipeline = pipeline;
        this.thread = thread;
        this.unread = unread;
    }

    /** What is told of the last seconds. */
    VitalSigns vitals() {
        return vitals;
    }

    void committed(Duration took, Collection<Task> tasks) {
        List<TaskCounts> counts = new ArrayList<>();
        for (Task task : tasks) {
            counts.add(task.drainCounts());
        }
        vitals.committed(took, counts);
        ports.probe().committed(pipeline, took, counts);
    }

    void look(Collection<Task> tasks) {
        Instant now = ports.clock().instant();
        if (now.isBefore(next)) {
            return;
        }
        next = now.plus(PACE);
        List<TaskFigures> figures = new ArrayList<>();
        for (Task task : tasks) {
            figures.add(task.figures(now, unread.apply(task.input())));
        }
        ThreadFigures spent = time.drained();
        vitals.seen(now, spent, figures);
        ports.probe().seen(pipeline, thread, spent, figures);
    }

    /** This life is over: its tasks are somebody else's. */
    void end() {
        ports.probe().seen(pipeline, thread, ThreadFigures.NONE, List.of());
    }
}
