package io.waybill.benchmarks.w;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes the input once, for all systems. */
final class Input {

    private Input() {}

    static void write(String bootstrapServers, String topic, long records) {
        AtomicReference<Exception> failure = new AtomicReference<>();
        try (Producer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ProducerConfig.BATCH_SIZE_CONFIG,
                        128 * 1024,
                        ProducerConfig.LINGER_MS_CONFIG,
                        20,
                        ProducerConfig.COMPRESSION_TYPE_CONFIG,
                        "lz4"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (long record = 0; record < records; record++) {
                long message = Messages.messageAt(record);
                List<Header> headers = List.of(new RecordHeader(Job.ID_HEADER, Messages.id(message)));
                var unused = producer.send(
                        new ProducerRecord<>(topic, null, Messages.key(message), Messages.value(message), headers),
                        (metadata, refused) -> {
                            if (refused != null) {
                                failure.set(refused);
                            }
                        });
            }
            producer.flush();
        }
        if (failure.get() != null) {
            throw new IllegalStateException("the input could not be written", failure.get());
        }
    }
}
