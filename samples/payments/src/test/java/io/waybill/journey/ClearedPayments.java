package io.waybill.journey;

import io.waybill.pipeline.Json;
import io.waybill.pipeline.Serde;
import io.waybill.samples.payments.Payment;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What a read-committed reader of {@code payments.cleared} sees, from its beginning to its end. */
final class ClearedPayments {

    private static final Serde<Payment> SERDE = Json.of(Payment.class);

    private ClearedPayments() {}

    /** How often each end-to-end id was cleared. */
    static Map<String, Integer> read(String bootstrapServers) throws Exception {
        Map<String, Integer> times = new TreeMap<>();
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", bootstrapServers,
                "isolation.level", "read_committed",
                "auto.offset.reset", "earliest",
                "enable.auto.commit", "false");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor("payments.cleared").stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(500))) {
                    times.merge(SERDE.deserialize(record.value()).endToEndId(), 1, Integer::sum);
                }
            }
        }
        return times;
    }
}
