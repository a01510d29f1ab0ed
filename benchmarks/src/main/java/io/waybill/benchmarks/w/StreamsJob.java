package io.waybill.benchmarks.w;

import io.waybill.benchmarks.contest.ChildJvm;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The job on Kafka Streams, as somebody would write it who cares for speed: one processor without re-partitioning, both
 * stores in it; the ids uncached, since each is read and written once; the counts cached, so that the changelog gets one
 * record per key and commit; the producer's batches as large as Waybill's.
 */
final class StreamsJob {

    private StreamsJob() {}

    public static void main(String[] arguments) throws Exception {
        Job job = Job.of(arguments);
        StreamsBuilder builder = new StreamsBuilder();
        builder.addStateStore(ids());
        if (job.counts()) {
            builder.addStateStore(counts());
        }
        String[] stores = job.counts()
                ? new String[] {DeduplicateAndCount.IDS, DeduplicateAndCount.COUNTS}
                : new String[] {DeduplicateAndCount.IDS};
        builder.stream(job.input(), Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
                .processValues(() -> new DeduplicateAndCount(job.counts()), stores)
                .to(job.output(), Produced.with(Serdes.ByteArray(), Serdes.ByteArray()));
        try (KafkaStreams streams = new KafkaStreams(builder.build(), settings(job))) {
            streams.start();
            ChildJvm.awaitEnd();
        }
    }

    private static StoreBuilder<?> ids() {
        return Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(DeduplicateAndCount.IDS), Serdes.Bytes(), Serdes.Long())
                .withCachingDisabled();
    }

    private static StoreBuilder<?> counts() {
        return Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(DeduplicateAndCount.COUNTS), Serdes.Bytes(), Serdes.Long())
                .withCachingEnabled();
    }

    private static Properties settings(Job job) {
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, job.group());
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, job.bootstrapServers());
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, Job.THREADS);
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, Job.COMMIT_INTERVAL_MS);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, job.folder().toString());
        settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 64L * 1024 * 1024);
        settings.put(
                StreamsConfig.STATE_CLEANUP_DELAY_MS_CONFIG, Duration.ofHours(1).toMillis());
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 2_000);
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 512 * 1024);
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 20);
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.BUFFER_MEMORY_CONFIG), 64L * 1024 * 1024);
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
        return settings;
    }
}
