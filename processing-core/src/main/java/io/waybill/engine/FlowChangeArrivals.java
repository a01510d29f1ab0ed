package io.waybill.engine;

import io.waybill.format.LogFormats;
import io.waybill.format.v1.FlowUpdate;
import io.waybill.format.v1.FlowUpdates;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Takes up what the other stages changed of flows, in the stage in which flows become whole. */
final class FlowChangeArrivals implements Arrivals {

    private static final byte[] NOTHING = {};

    private final FlowBook book;

    FlowChangeArrivals(FlowBook book) {
        this.book = book;
    }

    @Override
    public Work take(ConsumerRecord<byte[], byte[]> input, StateLayer state, long logTimeMs, Instant now) {
        String what = input.topic() + "-" + input.partition() + "@" + input.offset();
        byte[] value = input.value() == null ? NOTHING : input.value();
        Effects effects = new Effects();
        for (FlowUpdate update :
                LogFormats.decode(FlowUpdates.parser(), value, what).getUpdatesList()) {
            book.change(update, logTimeMs, effects, state, now);
        }
        return new Work.Done(effects, state);
    }
}
