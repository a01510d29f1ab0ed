package io.waybill.starter.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.embedded.EmbeddedKafka;
import io.waybill.engine.EngineOptions;
import io.waybill.format.LogFormats;
import io.waybill.format.v1.DeadLetterEvent;
import io.waybill.log.LogAdmin.TopicSpec;
import io.waybill.log.LogReader;
import io.waybill.log.LogWriter;
import io.waybill.log.kafka.GroupProtocol;
import io.waybill.log.kafka.KafkaLog;
import io.waybill.log.kafka.KafkaLogOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Instances that come and go, and operators that take long, on a real broker. */
class LifeOnKafkaIT {

    private static final Logger LOG = LoggerFactory.getLogger(LifeOnKafkaIT.class);
    private static final int PARTITIONS = 4;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** Measured at about one second; the machine of a build may be slow. Without heartbeats of 500 ms it takes 5.3 s. */
    private static final Duration HAND_OVER = Duration.ofSeconds(5);

    private static EmbeddedKafka kafka;
    private static KafkaLog log;

    @TempDir
    private Path folder;

    private final String prefix = "life-" + UUID.randomUUID();
    private final List<EngineInstance> instances = new ArrayList<>();

    @BeforeAll
    static void start(@TempDir Path data) {
        kafka = EmbeddedKafka.start(data);
        log = new KafkaLog(KafkaLogOptions.of(kafka.bootstrapServers()));
    }

    @AfterAll
    static void stop() {
        log.close();
        kafka.close();
    }

    @BeforeEach
    void createTopics() {
        log.admin()
                .create(List.of(
                        new TopicSpec(prefix + ".in", PARTITIONS, Map.of()),
                        new TopicSpec(prefix + ".out", 1, Map.of())));
    }

    @AfterEach
    void stopInstances() {
        instances.forEach(EngineInstance::close);
    }

    @ParameterizedTest(name = "protocol {0}, static membership {1}")
    @CsvSource({"CLASSIC, false", "CLASSIC, true", "CONSUMER, false", "CONSUMER, true"})
    void a_stopped_instance_hands_its_tasks_over_at_once(GroupProtocol protocol, boolean named) {
        EngineInstance first = instance(options(protocol, named, "first"), EngineOptions.DEFAULTS, item -> item);
        EngineInstance second = instance(options(protocol, named, "second"), EngineOptions.DEFAULTS, item -> item);
        until(() -> {
            sendToAll("before");
            return first.hasRun() && second.hasRun();
        });

        long begun = System.nanoTime();
        first.close();
        sendToAll("after");
        until(() -> outputs().stream().filter("after"::equals).count() == PARTITIONS);
        Duration taken = Duration.ofNanos(System.nanoTime() - begun);
        LOG.info("handed over in {} ms, protocol {}, static membership {}", taken.toMillis(), protocol, named);

        assertThat(taken).isLessThan(HAND_OVER);
    }

    @Test
    void an_operator_that_takes_longer_than_the_poll_interval_keeps_its_partition() {
        KafkaLogOptions impatient = KafkaLogOptions.of(kafka.bootstrapServers())
                .withClientProperties(Map.of("max.poll.interval.ms", "6000"));
        CountDownLatch returns = new CountDownLatch(1);
        EngineInstance instance = instance(impatient, EngineOptions.DEFAULTS, item -> {
            if (item.equals("slow")) {
                returns.await();
            }
            return item;
        });

        send(0, "slow");
        until(() -> instance.runs("slow") == 1);
        long begun = System.nanoTime();
        until(() -> {
            sendToAll("meanwhile");
            return System.nanoTime() - begun > Duration.ofSeconds(9).toNanos();
        });
        assertThat(outputs()).contains("meanwhile").doesNotContain("slow");
        returns.countDown();

        until(() -> outputs().contains("slow"));
        assertThat(outputs()).containsOnlyOnce("slow");
        assertThat(instance.runs("slow")).isEqualTo(1);
    }

    @Test
    void an_operator_that_heeds_nothing_is_given_up_and_leaves_no_trace() {
        EngineOptions hasty = EngineOptions.DEFAULTS.withRecordDeadline(Duration.ofSeconds(1));
        CountDownLatch returns = new CountDownLatch(1);
        CountDownLatch returned = new CountDownLatch(1);
        instance(KafkaLogOptions.of(kafka.bootstrapServers()), hasty, item -> {
            if (item.equals("stuck")) {
                awaitWhoeverInterrupts(returns);
                returned.countDown();
            }
            return item;
        });

        send(0, "stuck");
        send(0, "next");
        until(() -> outputs().contains("next"));
        assertThat(deadLetterCodes()).containsExactly("DEADLINE_EXCEEDED");

        returns.countDown();
        until(() -> returned.getCount() == 0);
        send(0, "last");
        until(() -> outputs().contains("last"));
        assertThat(outputs()).containsExactly("next", "last");
    }

    private static void awaitWhoeverInterrupts(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException heedless) {
                // That is what this operator is like.
            }
        }
    }

    private KafkaLogOptions options(GroupProtocol protocol, boolean named, String instance) {
        KafkaLogOptions options = KafkaLogOptions.of(kafka.bootstrapServers()).withGroupProtocol(protocol);
        return named ? options.withGroupInstanceId(prefix + instance) : options;
    }

    private EngineInstance instance(KafkaLogOptions options, EngineOptions engine, EngineInstance.Work work) {
        Path stores = folder.resolve("instance-" + instances.size());
        EngineInstance instance = new EngineInstance(prefix, options, engine, stores, work);
        instances.add(instance);
        return instance;
    }

    private void sendToAll(String text) {
        IntStream.range(0, PARTITIONS).forEach(partition -> send(partition, text));
    }

    private void send(int partition, String text) {
        try (LogWriter writer = log.writer()) {
            writer.send(new ProducerRecord<>(prefix + ".in", partition, null, text.getBytes(StandardCharsets.UTF_8)))
                    .join();
        }
    }

    private List<String> outputs() {
        return read(prefix + ".out", 1).stream()
                .map(value -> new String(value, StandardCharsets.UTF_8))
                .toList();
    }

    private List<String> deadLetterCodes() {
        return read(prefix + ".dead-letters", EngineOptions.DEFAULTS.outcomePartitions()).stream()
                .map(value -> LogFormats.decode(DeadLetterEvent.parser(), value, "dead letter")
                        .getCaptured()
                        .getErrorCode())
                .toList();
    }

    /** Everything committed on the topic now. */
    private static List<byte[]> read(String topic, int partitions) {
        List<TopicPartition> all = IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
        List<byte[]> values = new ArrayList<>();
        try (LogReader reader = log.reader()) {
            reader.assign(all);
            all.forEach(partition -> reader.seek(partition, 0));
            var ends = reader.highWatermarks(all);
            while (ends.entrySet().stream().anyMatch(end -> reader.position(end.getKey()) < end.getValue())) {
                reader.poll(Duration.ofMillis(50)).forEach(record -> values.add(record.value()));
            }
        }
        return values;
    }

    static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("within %s", LIMIT).isLessThan(end);
        }
    }
}
