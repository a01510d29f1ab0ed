package io.waybill.crash.peer.streams;

import io.waybill.crash.job.Booking;
import io.waybill.crash.job.Order;
import io.waybill.crash.job.Pulse;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/** Drops what was seen, splits the rest into lines and judges each. */
final class CheckOrder extends ContextualProcessor<String, Order, String, Step> {

    private static final int TRIES = 5;

    private final Booking booking;
    private final Pulse pulse = new Pulse();
    private KeyValueStore<String, Long> seen;

    @SuppressWarnings("NullAway.Init") // init comes before anything else
    CheckOrder(Booking booking) {
        this.booking = booking;
    }

    @Override
    public void init(ProcessorContext<String, Step> context) {
        super.init(context);
        seen = context.getStateStore(StreamsJob.SEEN);
    }

    @Override
    public void process(Record<String, Order> record) {
        pulse.tell();
        Order order = record.value();
        if (seen.putIfAbsent(order.id(), record.timestamp()) != null) {
            return;
        }
        try {
            booking.checked(order);
        } catch (Booking.Unbookable unbookable) {
            context().forward(record.withValue(new Step.GivenUp(order.id(), JsonSerde.JSON.writeValueAsBytes(order))));
            return;
        }
        order.lines().forEach(line -> context().forward(record.withValue(judged(line))));
    }

    private Step judged(Order.Line line) {
        for (int tries = 1; ; tries++) {
            try {
                return new Step.Good(booking.checked(line));
            } catch (Booking.Unbookable unbookable) {
                return givenUp(line);
            } catch (IllegalStateException notYet) {
                if (tries == TRIES) {
                    throw notYet;
                }
            }
        }
    }

    static Step givenUp(Order.Line line) {
        return new Step.GivenUp(line.order() + "#" + line.number(), JsonSerde.JSON.writeValueAsBytes(line));
    }
}
