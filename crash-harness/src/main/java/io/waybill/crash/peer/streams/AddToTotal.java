package io.waybill.crash.peer.streams;

import io.waybill.crash.job.Booked;
import io.waybill.crash.job.Booking;
import io.waybill.crash.job.Order;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/** The running total of each account. Streams takes nothing back when a record fails, so it is admitted first. */
final class AddToTotal extends ContextualProcessor<String, Order.Line, String, Step> {

    private KeyValueStore<String, Long> totals;

    @SuppressWarnings("NullAway.Init") // init comes before anything else
    AddToTotal() {}

    @Override
    public void init(ProcessorContext<String, Step> context) {
        super.init(context);
        totals = context.getStateStore(StreamsJob.TOTALS);
    }

    @Override
    public void process(Record<String, Order.Line> record) {
        Order.Line line = record.value();
        try {
            Booking.admitted(line);
        } catch (Booking.Unbookable unbookable) {
            context().forward(record.withValue(CheckOrder.givenUp(line)));
            return;
        }
        Long before = totals.get(line.account());
        long total = (before == null ? 0 : before) + line.amount();
        totals.put(line.account(), total);
        context().forward(record.withValue(new Step.Done(Booked.of(line, total))));
    }
}
