package io.waybill.sinks.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.embedded.EmbeddedKafka;
import io.waybill.log.LogAdmin.TopicSpec;
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
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The engine, Kafka and PostgreSQL as they are, with processes that die between the phases of a checkpoint. */
class LedgerOnKafkaCrashIT {

    @RegisterExtension
    static final LedgerDatabase DATABASE = new LedgerDatabase();

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int PARTITIONS = 2;
    private static final int AT_ONCE = 100;

    private static EmbeddedKafka kafka;
    private static KafkaLog log;

    @TempDir
    private Path folder;

    private final String prefix = "ledger-" + UUID.randomUUID();
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
        DATABASE.execute("ALTER TABLE ledger DROP CONSTRAINT ledger_entry_key");
    }

    @AfterEach
    void end() throws InterruptedException {
        if (process != null) {
            assertThat(process.destroyForcibly().waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
        writer.close();
    }

    @Test
    void processes_that_die_between_prepare_and_commit_leave_each_row_once_and_nothing_prepared() throws Exception {
        for (String point : List.of("PREPARED", "COMMITTED", "PREPARED", "PREPARED", "COMMITTED")) {
            send();
            Process dies = launch(point);
            assertThat(dies.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .as(this::told)
                    .isTrue();
            assertThat(dies.exitValue()).as(this::told).isEqualTo(LedgerInstance.STATUS);
            assertThat(prepared()).as("after it died at %s", point).isNotEmpty();
        }
        send();
        Process lives = launch(LedgerInstance.NEVER);
        untilAllArrived();
        assertThat(lives.isAlive()).isTrue();
    }

    @Test
    void a_database_that_is_killed_while_rows_flow_loses_and_doubles_none() throws Exception {
        Process lives = launch(LedgerInstance.NEVER);
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
        until(() -> DATABASE.entries().size() >= all && prepared().isEmpty());
        for (int partition = 0; partition < PARTITIONS; partition++) {
            String own = partition + "/";
            assertThat(DATABASE.entries())
                    .filteredOn(entry -> entry.startsWith(own))
                    .isEqualTo(sent.get(partition));
        }
    }

    private static List<String> prepared() {
        return DATABASE.query("SELECT gid FROM pg_prepared_xacts");
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
                        LedgerInstance.class.getName(),
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
            assertThat(System.nanoTime()).as("within %s, %s", LIMIT, prepared()).isLessThan(end);
        }
    }
}
