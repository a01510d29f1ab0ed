package io.waybill.sinks.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.embedded.EmbeddedKafka;
import io.waybill.engine.EngineOptions;
import io.waybill.format.LogFormats;
import io.waybill.format.OutcomeBlocks;
import io.waybill.format.Topics;
import io.waybill.format.v1.DeadLetterEvent;
import io.waybill.format.v1.FlowResult;
import io.waybill.format.v1.Result;
import io.waybill.format.v1.ResultBlock;
import io.waybill.log.LogAdmin.TopicSpec;
import io.waybill.log.LogReader;
import io.waybill.log.LogWriter;
import io.waybill.log.kafka.KafkaLog;
import io.waybill.log.kafka.KafkaLogOptions;
import io.waybill.sink.Rejection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The engine, Kafka and PostgreSQL as they are: processes die between the database's commit and the report on the log. */
class StagedOnKafkaCrashIT {

    @RegisterExtension
    static final LedgerDatabase DATABASE = new LedgerDatabase();

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int PARTITIONS = 2;
    private static final int AT_ONCE = 100;
    /** What the table refuses. */
    private static final String REFUSED = "50";

    private static EmbeddedKafka kafka;
    private static KafkaLog log;

    @TempDir
    private Path folder;

    private final String prefix = "staged-" + UUID.randomUUID();
    private final Topics topics = new Topics(prefix);
    private final List<List<String>> sent = List.of(new ArrayList<>(), new ArrayList<>());
    private LogWriter writer;
    private @Nullable Process process;

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
    void prepare() {
        log.admin().create(List.of(new TopicSpec(prefix + ".in", PARTITIONS, Map.of())));
        writer = log.writer();
        // A row that came twice must be seen, not refused.
        DATABASE.execute("ALTER TABLE ledger DROP CONSTRAINT ledger_entry_key,"
                + " ADD CONSTRAINT no_fifty CHECK (entry NOT LIKE '%" + REFUSED + "')");
    }

    @AfterEach
    void end() throws InterruptedException {
        if (process != null) {
            assertThat(process.destroyForcibly().waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
        writer.close();
    }

    @Test
    void processes_that_die_before_they_tell_what_is_sunk_leave_each_row_once_and_tell_it_once() throws Exception {
        for (String point : List.of("SUNK", "OFFSETS_SENT", "SUNK", "SUNK", "COMMITTED", "SUNK")) {
            send();
            Process dies = launch(point);
            assertThat(dies.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .as(this::told)
                    .isTrue();
            assertThat(dies.exitValue()).as(this::told).isEqualTo(StagedInstance.STATUS);
        }
        assertThat(DATABASE.entries()).as("rows that nobody was told of").isNotEmpty();
        send();
        Process lives = launch(StagedInstance.NEVER);
        untilAllArrived();
        assertThat(lives.isAlive()).isTrue();
    }

    @Test
    void a_database_that_is_killed_while_rows_flow_loses_and_doubles_none() throws Exception {
        Process lives = launch(StagedInstance.NEVER);
        for (int kills = 0; kills < 3; kills++) {
            int arrived = DATABASE.entries().size();
            send();
            until(() -> DATABASE.entries().size() > arrived);
            send();
            DATABASE.killAndRestart();
        }
        untilAllArrived();
        assertThat(lives.isAlive()).isTrue();
    }

    private void untilAllArrived() {
        int all = sent.stream().mapToInt(List::size).sum();
        until(() -> results().size() >= all);
        for (int partition = 0; partition < PARTITIONS; partition++) {
            String own = partition + "/";
            assertThat(DATABASE.entries())
                    .filteredOn(entry -> entry.startsWith(own))
                    .isEqualTo(sent.get(partition).stream()
                            .filter(entry -> !entry.endsWith(REFUSED))
                            .toList());
        }
        List<String> refused = sent.stream()
                .flatMap(List::stream)
                .filter(entry -> entry.endsWith(REFUSED))
                .toList();
        assertThat(deadLetters())
                .hasSameSizeAs(refused)
                .allSatisfy(
                        event -> assertThat(event.getCaptured().getErrorCode()).isEqualTo(Rejection.BY_TARGET))
                .extracting(event -> event.getCaptured().getPayload().toStringUtf8())
                .containsExactlyInAnyOrderElementsOf(refused);
        assertThat(results()).hasSize(all);
        assertThat(results().stream().filter(result -> result.getResult() == Result.NACK))
                .hasSameSizeAs(refused);
    }

    private List<FlowResult> results() {
        return read(topics.results()).stream()
                .map(record -> LogFormats.decode(ResultBlock.parser(), record.value(), "results"))
                .flatMap(block -> OutcomeBlocks.results(block, "results").stream())
                .toList();
    }

    private List<DeadLetterEvent> deadLetters() {
        return read(topics.deadLetters()).stream()
                .map(record -> LogFormats.decode(DeadLetterEvent.parser(), record.value(), "dead letters"))
                .toList();
    }

    private static List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        int partitions = EngineOptions.DEFAULTS.outcomePartitions();
        if (log.admin().describe(List.of(topic)).isEmpty()) {
            return List.of();
        }
        List<TopicPartition> all = IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (LogReader reader = log.reader()) {
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

    private void send() {
        for (int i = 0; i < AT_ONCE; i++) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                String entry = partition + "/" + sent.get(partition).size();
                sent.get(partition).add(entry);
                writer.send(new ProducerRecord<>(
                                prefix + ".in", partition, null, entry.getBytes(StandardCharsets.UTF_8)))
                        .join();
            }
        }
    }

    private Process launch(String point) throws IOException {
        Process launched = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StagedInstance.class.getName(),
                        kafka.bootstrapServers(),
                        prefix,
                        folder.resolve("stores").toString(),
                        DATABASE.url(),
                        point)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile().toFile()))
                .start();
        process = launched;
        return launched;
    }

    private Path logFile() {
        return folder.resolve("instance.log");
    }

    private String told() {
        try {
            return Files.readString(logFile());
        } catch (IOException unreadable) {
            return "no log";
        }
    }

    private void until(BooleanSupplier condition) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("within %s: %s", LIMIT, told()).isLessThan(end);
        }
    }
}
