package io.waybill.benchmarks.w;

import io.waybill.benchmarks.contest.ChildJvm;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The limit: consume, produce, commit both in Kafka transactions, and nothing else. Survives no failure. */
final class RawCopy implements Runnable {

    private final Job job;
    private final int number;
    private final AtomicBoolean stop;

    private RawCopy(Job job, int number, AtomicBoolean stop) {
        this.job = job;
        this.number = number;
        this.stop = stop;
    }

    public static void main(String[] arguments) throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        Thread[] threads = new Thread[Job.THREADS];
        for (int i = 0; i < threads.length; i++) {
            threads[i] = Thread.ofPlatform().start(new RawCopy(Job.of(arguments), i, stop));
        }
        ChildJvm.awaitEnd();
        stop.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Override
    public void run() {
        try (var consumer = new KafkaConsumer<>(consumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
                var producer = new KafkaProducer<>(producer(), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            consumer.subscribe(List.of(job.input()));
            while (!stop.get()) {
                copyOneTransaction(consumer, producer);
            }
        }
    }

    private void copyOneTransaction(KafkaConsumer<byte[], byte[]> consumer, KafkaProducer<byte[], byte[]> producer) {
        Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>();
        long ends =
                System.nanoTime() + Duration.ofMillis(Job.COMMIT_INTERVAL_MS).toNanos();
        do {
            var records = consumer.poll(Duration.ofMillis(10));
            if (next.isEmpty() && !records.isEmpty()) {
                producer.beginTransaction();
            }
            for (ConsumerRecord<byte[], byte[]> record : records) {
                var unused = producer.send(new ProducerRecord<>(job.output(), record.key(), record.value()));
            }
            next.putAll(records.nextOffsets());
        } while (System.nanoTime() < ends && !stop.get());
        if (!next.isEmpty()) {
            producer.sendOffsetsToTransaction(next, consumer.groupMetadata());
            producer.commitTransaction();
        }
    }

    private Map<String, Object> consumer() {
        return Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                job.bootstrapServers(),
                ConsumerConfig.GROUP_ID_CONFIG,
                job.group(),
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                2_000);
    }

    private Map<String, Object> producer() {
        return Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                job.bootstrapServers(),
                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                job.group() + "-" + number,
                ProducerConfig.BATCH_SIZE_CONFIG,
                512 * 1024,
                ProducerConfig.LINGER_MS_CONFIG,
                20,
                ProducerConfig.BUFFER_MEMORY_CONFIG,
                64L * 1024 * 1024,
                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                "lz4");
    }
}
