package io.waybill.engine;

import io.waybill.format.LogFormats;
import io.waybill.format.UnreadableLogException;
import io.waybill.format.v1.PipelineOrder;
import io.waybill.log.LogReader;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * What people want of one pipeline, read from the beginning of the orders' topic: orders last. Unlike an order to try
 * again, one that cannot be read fails the thread, since to go on might be what it forbids (R9). One thread.
 */
final class StandingOrder implements AutoCloseable {

    private static final Duration STEP = Duration.ofMillis(100);

    private final String pipeline;
    private final Ports ports;
    private final LogReader reader;
    private final TopicPartition topic;
    private PipelineOrder order = PipelineOrder.getDefaultInstance();
    private Instant nextLook = Instant.EPOCH;

    StandingOrder(PipelinePlan plan, Ports ports) {
        this.pipeline = plan.pipeline().name();
        this.ports = ports;
        this.topic = new TopicPartition(plan.topics().pipelines(), 0);
        this.reader = ports.log().reader();
        try {
            reader.assign(List.of(topic));
            reader.seek(topic, reader.beginningOffsets(Set.of(topic)).getOrDefault(topic, 0L));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** The last order; without an id where nobody ever gave one. */
    PipelineOrder order() {
        return order;
    }

    /**
     * Reads to the end. Called after the group gave us tasks and before one of them takes anything up: who looks at
     * the group before we were in it saw an order that we see as well.
     *
     * @throws UnreadableLogException where an order for this pipeline cannot be read
     */
    void refresh() {
        long end = reader.highWatermarks(Set.of(topic)).getOrDefault(topic, 0L);
        while (reader.position(topic) < end && !ports.stop().requested()) {
            reader.poll(STEP).forEach(this::read);
        }
    }

    /** Reads on, now and then and without waiting. */
    void look() {
        Instant now = ports.clock().instant();
        if (!now.isBefore(nextLook)) {
            nextLook = now.plus(STEP);
            reader.poll(Duration.ZERO).forEach(this::read);
        }
    }

    private void read(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return;
        }
        PipelineOrder read =
                LogFormats.decode(PipelineOrder.parser(), record.value(), record.topic() + "@" + record.offset());
        if (read.getPipeline().equals(pipeline)) {
            order = read;
        }
    }

    @Override
    public void close() {
        reader.close();
    }
}
