package io.waybill.log.kafka;

import static org.awaitility.Awaitility.await;

import io.waybill.embedded.EmbeddedKafka;
import io.waybill.log.GroupReader;
import io.waybill.log.LogAdmin.TopicSpec;
import io.waybill.log.LogReader;
import io.waybill.log.TransactionalWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** One real broker for the tests of a class, and the few moves they share. */
final class Broker implements AutoCloseable {

    static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(60);
    static final Duration POLL = Duration.ofMillis(100);
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final EmbeddedKafka kafka;
    private final KafkaLog log;
    private final AtomicInteger names = new AtomicInteger();

    Broker(Path folder) {
        this.kafka = EmbeddedKafka.start(folder);
        this.log = new KafkaLog(KafkaLogOptions.of(kafka.bootstrapServers()));
    }

    KafkaLog log() {
        return log;
    }

    String bootstrapServers() {
        return kafka.bootstrapServers();
    }

    String unused(String name) {
        return name + "-" + names.incrementAndGet();
    }

    String topic(int partitions, Map<String, String> configs) {
        String topic = unused("topic");
        log.admin().create(List.of(new TopicSpec(topic, partitions, configs)));
        return topic;
    }

    TransactionalWriter writer(String transactionalId) {
        TransactionalWriter writer = log.transactionalWriter(transactionalId, TRANSACTION_TIMEOUT);
        writer.initTransactions();
        return writer;
    }

    /** Joined and at the beginning of what it was given. */
    GroupReader joined(String group, String topic) {
        return joined(log, group, topic);
    }

    static GroupReader joined(KafkaLog log, String group, String topic) {
        GroupReader reader = joining(log, group, topic);
        await().atMost(PATIENCE).pollInSameThread().until(() -> {
            reader.poll(POLL);
            return reader.groupMetadata().generationId() > 0;
        });
        return reader;
    }

    /** Joins when it is polled; seeks to the beginning of what it is given. */
    GroupReader joining(String group, String topic) {
        return joining(log, group, topic);
    }

    private static GroupReader joining(KafkaLog log, String group, String topic) {
        SeekToBeginning listener = new SeekToBeginning();
        GroupReader reader = log.joinGroup(group, List.of(topic), listener);
        listener.reader = reader;
        return reader;
    }

    static List<ConsumerRecord<byte[], byte[]>> read(LogReader reader, int expected) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (records.size() < expected && System.nanoTime() < deadline) {
            records.addAll(reader.poll(POLL));
        }
        return records;
    }

    static Map<TopicPartition, OffsetAndMetadata> next(TopicPartition partition, long offset, String metadata) {
        return Map.of(partition, new OffsetAndMetadata(offset, metadata));
    }

    @Override
    public void close() {
        log.close();
        kafka.close();
    }

    private static final class SeekToBeginning implements GroupReader.RebalanceListener {

        private @Nullable GroupReader reader;

        @Override
        public void onAssigned(Collection<TopicPartition> partitions) {
            GroupReader joined = Objects.requireNonNull(reader);
            partitions.forEach(partition -> joined.seek(partition, 0));
        }

        @Override
        public void onRevoked(Collection<TopicPartition> partitions) {}

        @Override
        public void onLost(Collection<TopicPartition> partitions) {}
    }
}
