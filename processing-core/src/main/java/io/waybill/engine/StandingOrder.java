package io.waybill.engine;

import io.waybill.format.LogFormats;
import io.waybill.format.UnreadableLogException;
import io.waybill.format.v1.PipelineOrder;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What people want of one pipeline, read from the beginning of the orders' topic: orders last. Unlike an order to try
 * again, one that cannot be read fails the thread, since to go on might be what it forbids (R9). One thread.
 */
final class StandingOrder implements AutoCloseable {

    private static final Duration LOOK = Duration.ofMillis(100);

    private final String pipeline;
    private final FollowedTopic topic;
    private PipelineOrder order = PipelineOrder.getDefaultInstance();

    StandingOrder(PipelinePlan plan, Ports ports) {
        this.pipeline = plan.pipeline().name();
        this.topic = new FollowedTopic(ports, plan.topics().pipelines(), this::read);
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
        topic.refresh();
    }

    /** Reads on, now and then and without waiting. */
    void look() {
        topic.look(LOOK);
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
        topic.close();
    }
}
