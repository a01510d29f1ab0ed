package io.waybill.sinks.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.embedded.EmbeddedKafka;
import io.waybill.format.LogFormats;
import io.waybill.format.OutcomeBlocks;
import io.waybill.format.Topics;
import io.waybill.format.v1.FlowResult;
import io.waybill.format.v1.Incident;
import io.waybill.format.v1.ResultBlock;
import io.waybill.log.LogAdmin.TopicDescription;
import io.waybill.log.LogAdmin.TopicSpec;
import io.waybill.log.LogReader;
import io.waybill.log.LogWriter;
import io.waybill.log.kafka.KafkaLog;
import io.waybill.log.kafka.KafkaLogOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.util.FileSystemUtils;

/** A real broker, a topic of entries for each test, and one process after the other that brings them to the database. */
final class InstancesOnKafka implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

    static final Duration LIMIT = Duration.ofMinutes(2);
    static final int PARTITIONS = 2;
    private static final int AT_ONCE = 100;

    private final Class<?> main;
    private final LedgerDatabase database;
    private @Nullable Path data;
    private @Nullable EmbeddedKafka kafka;
    private @Nullable KafkaLog log;
    private @Nullable Path folder;
    private @Nullable LogWriter writer;
    private @Nullable Process process;
    private String prefix = "";
    private List<List<String>> sent = List.of();

    /** @param main of the processes, see {@link KilledInstance} */
    InstancesOnKafka(Class<?> main, LedgerDatabase database) {
        this.main = main;
        this.database = database;
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        Path created = Files.createTempDirectory("kafka");
        data = created;
        EmbeddedKafka started = EmbeddedKafka.start(created);
        kafka = started;
        log = new KafkaLog(KafkaLogOptions.of(started.bootstrapServers()));
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        folder = Files.createTempDirectory("instances");
        prefix = "ledger-" + UUID.randomUUID();
        sent = List.of(new ArrayList<>(), new ArrayList<>());
        log().admin().create(List.of(new TopicSpec(prefix + ".in", PARTITIONS, Map.of())));
        writer = log().writer();
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        Process last = process;
        process = null;
        if (last != null) {
            assertThat(last.destroyForcibly().waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
        Objects.requireNonNull(writer).close();
        FileSystemUtils.deleteRecursively(folder);
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        log().close();
        Objects.requireNonNull(kafka).close();
        FileSystemUtils.deleteRecursively(data);
    }

    KafkaLog log() {
        return Objects.requireNonNull(log, "the broker has not been started");
    }

    /** Of the topics. */
    String prefix() {
        return prefix;
    }

    /** In their order. */
    List<String> sent(int partition) {
        return sent.get(partition);
    }

    List<String> sent() {
        return sent.stream().flatMap(List::stream).toList();
    }

    void send() {
        for (int i = 0; i < AT_ONCE; i++) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                String entry = partition + "/" + sent.get(partition).size();
                sent.get(partition).add(entry);
                Objects.requireNonNull(writer)
                        .send(new ProducerRecord<>(
                                prefix + ".in", partition, null, entry.getBytes(StandardCharsets.UTF_8)))
                        .join();
            }
        }
    }

    /** @param point at which it ends itself */
    Process launch(String point) throws IOException {
        Process launched = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        main.getName(),
                        Objects.requireNonNull(kafka).bootstrapServers(),
                        prefix,
                        inFolder("stores").toString(),
                        database.url(),
                        point)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        inFolder("instance.log").toFile()))
                .start();
        process = launched;
        return launched;
    }

    /** Sends more, and returns when a process has ended itself at the point. */
    void diesAt(String point) throws Exception {
        send();
        Process dies = launch(point);
        assertThat(dies.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS))
                .as(this::told)
                .isTrue();
        assertThat(dies.exitValue()).as(this::told).isEqualTo(KilledInstance.STATUS);
    }

    private Path inFolder(String name) {
        return Objects.requireNonNull(folder).resolve(name);
    }

    /** What the processes said. */
    private String told() {
        try {
            return Files.readString(inFolder("instance.log"));
        } catch (IOException unreadable) {
            return "no log";
        }
    }

    /** Of a topic that Waybill makes; empty where it did not yet. */
    List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        TopicDescription described = log().admin().describe(List.of(topic)).get(topic);
        List<TopicPartition> all = IntStream.range(0, described == null ? 0 : described.partitions())
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (LogReader reader = log().reader()) {
            reader.assign(all);
            all.forEach(partition -> reader.seek(partition, 0));
            Map<TopicPartition, Long> ends = reader.highWatermarks(all);
            long end = System.nanoTime() + LIMIT.toNanos();
            while (all.stream().anyMatch(partition -> reader.position(partition) < ends.getOrDefault(partition, 0L))) {
                records.addAll(reader.poll(Duration.ofMillis(100)));
                assertThat(System.nanoTime()).isLessThan(end);
            }
        }
        return records;
    }

    /** Of every flow that has one. */
    List<FlowResult> results() {
        return read(new Topics(prefix).results()).stream()
                .map(record -> LogFormats.decode(ResultBlock.parser(), record.value(), "results"))
                .flatMap(block -> OutcomeBlocks.results(block, "results").stream())
                .toList();
    }

    /** In the order in which they were told, one for each change. */
    List<Incident> incidents() {
        return read(new Topics(prefix).incidents()).stream()
                .map(record -> LogFormats.decode(Incident.parser(), record.value(), "incidents"))
                .toList();
    }

    /** By hand, as somebody may who takes it for another one. */
    void delete(String topic) throws Exception {
        try (Admin admin = Admin.create(
                Map.of("bootstrap.servers", Objects.requireNonNull(kafka).bootstrapServers()))) {
            admin.deleteTopics(List.of(topic)).all().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
    }

    void until(BooleanSupplier condition) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("within %s: %s", LIMIT, told()).isLessThan(end);
        }
    }
}
