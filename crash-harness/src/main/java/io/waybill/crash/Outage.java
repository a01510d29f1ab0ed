package io.waybill.crash;

import io.waybill.crash.job.JobTopics;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * How long any one partition of the output topic stays silent, as its reader sees it. Orders come for all of them all
 * the time, so this is how long something of the work stood still: no look inside is needed to know whose.
 */
final class Outage {

    private static final Duration POLL = Duration.ofMillis(20);
    /** For so long no partition was without outputs for longer than a short while. */
    private static final Duration STEADY = Duration.ofSeconds(3);

    private static final Duration SHORT = Duration.ofSeconds(1);

    private Outage() {}

    /**
     * Begins once every partition has outputs all the time.
     *
     * @param strike what may cause it
     * @param over asked again and again; the watch ends when it holds and every partition has had outputs since
     */
    static Duration longest(String bootstrapServers, Runnable strike, BooleanSupplier over, Duration limit) {
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(JobTopics.BOOKED).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            partitions.forEach(consumer::position);
            awaitSteady(consumer, limit);
            strike.run();
            return watched(consumer, over, limit);
        }
    }

    /** What is not working yet would be taken for a part of the outage. */
    private static void awaitSteady(KafkaConsumer<byte[], byte[]> consumer, Duration limit) {
        long begun = System.nanoTime();
        long[] last = new long[JobTopics.PARTITIONS];
        Arrays.fill(last, begun);
        long since = begun;
        while (System.nanoTime() - since < STEADY.toNanos() && System.nanoTime() - begun < limit.toNanos()) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                last[record.partition()] = System.nanoTime();
            }
            long now = System.nanoTime();
            if (Arrays.stream(last).anyMatch(seen -> now - seen > SHORT.toNanos())) {
                since = now;
            }
        }
    }

    private static Duration watched(KafkaConsumer<byte[], byte[]> consumer, BooleanSupplier over, Duration limit) {
        long begun = System.nanoTime();
        long[] last = new long[JobTopics.PARTITIONS];
        Arrays.fill(last, begun);
        long longest = 0;
        long overSince = 0;
        while (System.nanoTime() - begun < limit.toNanos()) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                long now = System.nanoTime();
                longest = Math.max(longest, now - last[record.partition()]);
                last[record.partition()] = now;
            }
            if (overSince == 0 && over.getAsBoolean()) {
                overSince = System.nanoTime();
            }
            long since = overSince + TimeUnit.SECONDS.toNanos(2);
            if (overSince != 0 && Arrays.stream(last).allMatch(seen -> seen > since)) {
                return Duration.ofNanos(longest);
            }
        }
        return limit;
    }
}
