package io.waybill.benchmarks.calls;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Values of 200 bytes: key, how many of that key came before, and nothing. */
final class Records {

    static final int KEY_BYTES = Integer.BYTES;

    private static final int KEYS = 20_000;
    private static final int VALUE_BYTES = 200;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private Records() {}

    static void write(String bootstrapServers, String topic, int records) {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ProducerConfig.LINGER_MS_CONFIG,
                        20,
                        ProducerConfig.BATCH_SIZE_CONFIG,
                        128 * 1024),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int i = 0; i < records; i++) {
                int key = i % KEYS;
                byte[] value = ByteBuffer.allocate(VALUE_BYTES)
                        .putInt(key)
                        .putInt(i / KEYS)
                        .array();
                var unused = producer.send(new ProducerRecord<>(
                        topic, ByteBuffer.allocate(KEY_BYTES).putInt(key).array(), value));
            }
            producer.flush();
        }
    }

    /** @throws IllegalStateException unless each record is there once, those of each key in their order */
    static void verify(String bootstrapServers, String topic, int records) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = new ArrayList<>();
            for (int i = 0; i < CallsJob.PARTITIONS; i++) {
                partitions.add(new TopicPartition(topic, i));
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<Integer, Integer> next = new HashMap<>();
            int read = 0;
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (read < records && System.nanoTime() < end) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    ByteBuffer value = ByteBuffer.wrap(record.value());
                    int key = value.getInt();
                    int number = value.getInt();
                    int expected = next.merge(key, 1, Integer::sum) - 1;
                    if (number != expected) {
                        throw new IllegalStateException(
                                "expected number %d of key %d, but was %d".formatted(expected, key, number));
                    }
                    read++;
                }
            }
            if (read != records) {
                throw new IllegalStateException("expected %d outputs, but were %d".formatted(records, read));
            }
        }
    }
}
