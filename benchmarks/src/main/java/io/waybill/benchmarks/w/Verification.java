package io.waybill.benchmarks.w;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads everything a contender wrote and holds it against the input: each message once, none missing, the counts of a
 * key 1, 2, 3 … in the order of the log up to the number of its messages. The raw copy writes each record once.
 */
final class Verification {

    private final long records;
    private final BitSet seen = new BitSet();
    private final long[] counts = new long[Messages.KEYS];
    private long outputs;

    private Verification(long records) {
        this.records = records;
    }

    /** @throws IllegalStateException where the result is wrong */
    static void verify(String bootstrapServers, String topic, long records, boolean deduplicated, boolean counted) {
        Verification verification = new Verification(records);
        verification.read(bootstrapServers, topic, deduplicated, counted);
        long expected = deduplicated ? Messages.distinct(records) : records;
        if (verification.outputs != expected || verification.seen.cardinality() != Messages.distinct(records)) {
            throw new IllegalStateException("expected %d outputs of %d messages, but there are %d of %d"
                    .formatted(
                            expected,
                            Messages.distinct(records),
                            verification.outputs,
                            verification.seen.cardinality()));
        }
        if (counted) {
            verification.verifyCounts();
        }
    }

    private void read(String bootstrapServers, String topic, boolean deduplicated, boolean counted) {
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                        5_000),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<byte[], byte[]> output : consumer.poll(Duration.ofSeconds(1))) {
                    take(output, deduplicated, counted);
                }
            }
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> output, boolean deduplicated, boolean counted) {
        outputs++;
        int message = Math.toIntExact(Messages.numberIn(output.value()));
        if (seen.get(message) && deduplicated) {
            throw new IllegalStateException("message %d came out twice".formatted(message));
        }
        seen.set(message);
        if (counted) {
            long count = ByteBuffer.wrap(output.value()).getLong(Messages.VALUE_BYTES);
            long expected = ++counts[Messages.keyNumber(message)];
            if (count != expected) {
                throw new IllegalStateException("expected the count %d for key %d at message %d, but was %d"
                        .formatted(expected, Messages.keyNumber(message), message, count));
            }
        }
    }

    private void verifyCounts() {
        long[] expected = new long[Messages.KEYS];
        for (long record = 0; record < records; record++) {
            if (Messages.messageAt(record) == record) {
                expected[Messages.keyNumber(record)]++;
            }
        }
        for (int key = 0; key < expected.length; key++) {
            if (counts[key] != expected[key]) {
                throw new IllegalStateException(
                        "expected %d messages of key %d, but counted %d".formatted(expected[key], key, counts[key]));
            }
        }
    }
}
