package io.waybill.benchmarks.calls;

import io.confluent.parallelconsumer.ParallelConsumerOptions;
import io.confluent.parallelconsumer.ParallelConsumerOptions.CommitMode;
import io.confluent.parallelconsumer.ParallelConsumerOptions.ProcessingOrder;
import io.confluent.parallelconsumer.ParallelStreamProcessor;
import io.waybill.benchmarks.contest.ChildJvm;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The job on Confluent's Parallel Consumer, ordered by key. With a transactional producer outputs and offsets are one
 * transaction; without, outputs are repeated after a crash. It keeps no state, finds no duplicates and tracks no message.
 */
final class ParallelConsumerCalls {

    private ParallelConsumerCalls() {}

    /** @param arguments of {@link CallsJob}, then {@code true} for a transactional producer */
    public static void main(String[] arguments) throws Exception {
        CallsJob job = CallsJob.of(arguments);
        boolean transactional = Boolean.parseBoolean(arguments[5]);
        var options = ParallelConsumerOptions.<byte[], byte[]>builder()
                .ordering(ProcessingOrder.KEY)
                .maxConcurrency(CallsJob.IN_FLIGHT)
                .commitMode(
                        transactional
                                ? CommitMode.PERIODIC_TRANSACTIONAL_PRODUCER
                                : CommitMode.PERIODIC_CONSUMER_ASYNCHRONOUS)
                .commitInterval(CallsJob.COMMIT_INTERVAL)
                .consumer(consumer(job))
                .producer(producer(job, transactional))
                .build();
        try (ParallelStreamProcessor<byte[], byte[]> processor =
                ParallelStreamProcessor.createEosStreamProcessor(options)) {
            processor.subscribe(List.of(job.input()));
            processor.pollAndProduce(context -> {
                ConsumerRecord<byte[], byte[]> record = context.getSingleConsumerRecord();
                return new ProducerRecord<>(job.output(), record.key(), ask(record.value()));
            });
            ChildJvm.awaitEnd();
        }
    }

    private static byte[] ask(byte[] value) {
        try {
            return CallsJob.ask(value);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static KafkaConsumer<byte[], byte[]> consumer(CallsJob job) {
        return new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        job.bootstrapServers(),
                        ConsumerConfig.GROUP_ID_CONFIG,
                        job.group(),
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    private static KafkaProducer<byte[], byte[]> producer(CallsJob job, boolean transactional) {
        Map<String, Object> settings = new java.util.HashMap<>(Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                job.bootstrapServers(),
                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                "lz4",
                ProducerConfig.LINGER_MS_CONFIG,
                5));
        if (transactional) {
            settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, job.group());
        }
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
