package io.waybill.starter.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.control.Actual;
import io.waybill.control.ForbiddenOrderException;
import io.waybill.control.LogPipelines;
import io.waybill.control.PipelineView;
import io.waybill.control.Wanted;
import io.waybill.embedded.EmbeddedKafka;
import io.waybill.engine.EngineOptions;
import io.waybill.format.Topics;
import io.waybill.log.LogAdmin.TopicSpec;
import io.waybill.log.LogReader;
import io.waybill.log.LogWriter;
import io.waybill.log.kafka.GroupProtocol;
import io.waybill.log.kafka.KafkaLog;
import io.waybill.log.kafka.KafkaLogOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** People who pause, drain and stop a pipeline of two instances, on a real broker. */
class PipelineLifecycleIT {

    private static final String PIPELINE = "life";
    private static final int PARTITIONS = 4;
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private static EmbeddedKafka kafka;
    private static KafkaLog log;

    @TempDir
    private Path folder;

    private final String prefix = "steered-" + UUID.randomUUID();
    private final List<EngineInstance> instances = new ArrayList<>();
    private LogPipelines console;

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
        console = new LogPipelines(
                log,
                new Topics(prefix),
                InstantSource.system(),
                () -> UUID.randomUUID().toString());
    }

    @AfterEach
    void stopInstances() {
        instances.forEach(EngineInstance::close);
        console.close();
    }

    @ParameterizedTest
    @EnumSource
    void a_pause_holds_on_every_instance_and_on_one_that_starts_meanwhile(GroupProtocol protocol) {
        EngineInstance first = instance(protocol, null);
        EngineInstance second = instance(protocol, null);
        until(() -> {
            sendToAll("before");
            return first.hasRun() && second.hasRun();
        });
        until(() -> view().actual() == Actual.RUNNING);

        console.order(PIPELINE, Wanted.PAUSED, "operator", "maintenance");
        until(() -> view().actual() == Actual.PAUSED);
        assertThat(view().threads()).hasSize(2);
        sendToAll("while paused");
        first.close();
        EngineInstance third = instance(protocol, null);
        until(() -> view().actual() == Actual.PAUSED && view().threads().size() == 2);

        assertThat(view().order()).isNotNull();
        assertThat(third.hasRun()).isFalse();
        assertThat(second.runs("while paused")).isZero();
        assertThat(outputs()).doesNotContain("while paused");

        console.order(PIPELINE, Wanted.RUNNING, "operator", "done");
        until(() -> outputs().stream().filter("while paused"::equals).count() == PARTITIONS);
        until(() -> view().actual() == Actual.RUNNING);
    }

    @Test
    void a_drain_lets_out_what_is_inside_and_begins_nothing() {
        CountDownLatch opened = new CountDownLatch(1);
        instance(GroupProtocol.CLASSIC, item -> {
            opened.await();
            return item;
        });
        instance(GroupProtocol.CLASSIC, item -> {
            opened.await();
            return item;
        });
        until(() -> view().actual() == Actual.RUNNING && view().threads().size() == 2);
        AtomicInteger sent = new AtomicInteger();
        IntStream.range(0, 40).forEach(i -> send(i % PARTITIONS, "inside-" + sent.incrementAndGet()));
        until(() -> ended(prefix + "." + PIPELINE + ".second") > 0);

        console.order(PIPELINE, Wanted.DRAINING, "operator", "upgrade");
        until(() -> view().threads().stream().allMatch(PipelineView.ThreadView::obeys));
        sendToAll("outside");
        assertThat(view().actual()).isEqualTo(Actual.DRAINING);
        opened.countDown();
        until(() -> view().actual() == Actual.DRAINED);

        List<String> drained = outputs();
        assertThat(drained).isNotEmpty().doesNotContain("outside").doesNotHaveDuplicates();
        console.order(PIPELINE, Wanted.RUNNING, "operator", "upgraded");
        until(() -> outputs().size() == sent.get() + PARTITIONS);
        assertThat(outputs()).contains("outside").startsWith(drained.toArray(String[]::new));
    }

    @ParameterizedTest
    @EnumSource
    void a_stop_gives_the_tasks_back_and_lasts_until_somebody_starts_it_again(GroupProtocol protocol) {
        EngineInstance first = instance(protocol, null);
        until(() -> {
            sendToAll("before");
            return first.hasRun();
        });
        console.order(PIPELINE, Wanted.STOPPED, "operator", "broken downstream");
        until(() -> view().actual() == Actual.STOPPED);
        EngineInstance second = instance(protocol, null);
        until(() -> view().threads().size() == 2);
        sendToAll("while stopped");

        assertThat(view().actual()).isEqualTo(Actual.STOPPED);
        assertThat(log.admin().members(prefix + "." + PIPELINE)).isEmpty();
        assertThatThrownBy(() -> console.order(PIPELINE, Wanted.DRAINING, "operator", "try"))
                .isInstanceOf(ForbiddenOrderException.class)
                .hasMessageContaining("by operator");
        assertThat(console.order(PIPELINE, Wanted.STOPPED, "other", "again").isNew())
                .isFalse();
        assertThat(second.hasRun()).isFalse();
        assertThat(first.runs("while stopped")).isZero();

        console.order(PIPELINE, Wanted.RUNNING, "operator", "repaired");
        until(() -> outputs().stream().filter("while stopped"::equals).count() == PARTITIONS);
    }

    private PipelineView view() {
        return console.all().stream()
                .filter(pipeline -> pipeline.name().equals(PIPELINE))
                .findFirst()
                .orElseThrow();
    }

    private EngineInstance instance(GroupProtocol protocol, EngineInstance.@Nullable Work second) {
        KafkaLogOptions options = KafkaLogOptions.of(kafka.bootstrapServers()).withGroupProtocol(protocol);
        Path stores = folder.resolve("instance-" + instances.size());
        EngineInstance instance =
                new EngineInstance(prefix, options, EngineOptions.DEFAULTS, stores, item -> item, second);
        instances.add(instance);
        until(() -> !console.all().isEmpty());
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
        TopicPartition out = new TopicPartition(prefix + ".out", 0);
        List<String> values = new ArrayList<>();
        try (LogReader reader = log.reader()) {
            reader.assign(List.of(out));
            reader.seek(out, 0);
            long end = reader.highWatermarks(List.of(out)).getOrDefault(out, 0L);
            while (reader.position(out) < end) {
                reader.poll(Duration.ofMillis(50))
                        .forEach(record -> values.add(new String(record.value(), StandardCharsets.UTF_8)));
            }
        }
        return values;
    }

    private static long ended(String topic) {
        try (LogReader reader = log.reader()) {
            return reader
                    .highWatermarks(IntStream.range(0, PARTITIONS)
                            .mapToObj(partition -> new TopicPartition(topic, partition))
                            .toList())
                    .values()
                    .stream()
                    .mapToLong(Long::longValue)
                    .sum();
        }
    }

    private static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("within %s", LIMIT).isLessThan(end);
            LockSupport.parkNanos(20_000_000);
        }
    }
}
