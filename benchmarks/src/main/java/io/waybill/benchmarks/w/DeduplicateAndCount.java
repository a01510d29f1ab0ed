package io.waybill.benchmarks.w;

import java.time.Duration;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualFixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** Kafka Streams' processor: passes each message id once and counts per key. Ids are forgotten after seven days. */
final class DeduplicateAndCount extends ContextualFixedKeyProcessor<byte[], byte[], byte[]> {

    static final String IDS = "ids";
    static final String COUNTS = "counts";

    private static final Duration WINDOW = Duration.ofDays(7);

    private final boolean countsKeys;
    private @Nullable KeyValueStore<Bytes, Long> ids;
    private @Nullable KeyValueStore<Bytes, Long> counts;

    DeduplicateAndCount(boolean countsKeys) {
        this.countsKeys = countsKeys;
    }

    @Override
    public void init(FixedKeyProcessorContext<byte[], byte[]> context) {
        super.init(context);
        ids = context.getStateStore(IDS);
        counts = countsKeys ? context.getStateStore(COUNTS) : null;
        context.schedule(Duration.ofHours(1), PunctuationType.STREAM_TIME, this::forgetOld);
    }

    @Override
    public void process(FixedKeyRecord<byte[], byte[]> record) {
        Bytes id = Bytes.wrap(record.headers().lastHeader(Job.ID_HEADER).value());
        if (ids().putIfAbsent(id, record.timestamp()) != null) {
            return;
        }
        byte[] value = record.value();
        if (counts != null) {
            Bytes key = Bytes.wrap(record.key());
            Long before = counts.get(key);
            long count = before == null ? 1 : before + 1;
            counts.put(key, count);
            value = Messages.counted(value, count);
        }
        context().forward(record.withValue(value));
    }

    private void forgetOld(long streamTime) {
        try (KeyValueIterator<Bytes, Long> all = ids().all()) {
            while (all.hasNext()) {
                KeyValue<Bytes, Long> entry = all.next();
                if (entry.value < streamTime - WINDOW.toMillis()) {
                    ids().delete(entry.key);
                }
            }
        }
    }

    private KeyValueStore<Bytes, Long> ids() {
        if (ids == null) {
            throw new IllegalStateException("expected the processor to be initialised");
        }
        return ids;
    }
}
