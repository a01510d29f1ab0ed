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
    private Instant next = Instant.EPOCH;

    /** @param unread how many records of an input the broker has behind the reader's position */
    Figures(Ports ports, String pipeline, String thread, Function<TopicPartition, OptionalLong> unread) {
        this.ports = ports;
        this.pipeline = pipeline;
        this.thread = thread;
        this.unread = unread;
    }

    void committed(Duration time, Collection<Task> tasks) {
        List<TaskCounts> counts = new ArrayList<>();
        for (Task task : tasks) {
            counts.add(task.drainCounts());
        }
        ports.probe().committed(pipeline, time, counts);
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
        ports.probe().seen(pipeline, thread, figures);
    }

    /** This life is over: its tasks are somebody else's. */
    void end() {
        ports.probe().seen(pipeline, thread, List.of());
    }
}
