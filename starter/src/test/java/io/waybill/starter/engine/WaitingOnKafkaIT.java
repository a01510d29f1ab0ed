package io.waybill.starter.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.embedded.EmbeddedKafka;
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
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages of one key wait for another system, on a real broker and RocksDB, and their process is killed meanwhile. */
class WaitingOnKafkaIT {

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int MESSAGES = 100;

    @TempDir
    private Path folder;

    private final String prefix = "waiting-" + UUID.randomUUID();
    private final List<String> expected = new ArrayList<>();
    private Path away;
    private EmbeddedKafka kafka;
    private KafkaLog log;
    private LogWriter writer;
    private Process process;

    @BeforeEach
    void start() throws IOException {
        away = Files.createFile(folder.resolve("away"));
        kafka = EmbeddedKafka.start(folder.resolve("kafka"));
        log = new KafkaLog(KafkaLogOptions.of(kafka.bootstrapServers()));
        writer = log.writer();
        log.admin()
                .create(List.of(
                        new TopicSpec(prefix + ".in", 1, Map.of()), new TopicSpec(prefix + ".out", 1, Map.of())));
        process = launched("one");
    }

    @AfterEach
    void stop() {
        process.destroyForcibly();
        writer.close();
        log.close();
        kafka.close();
    }

    @Test
    void other_keys_of_the_partition_pass_and_those_that_wait_survive_process_and_disk() throws Exception {
        send("a", WaitingInstance.SLOW + " 1");
        send("a", "behind it");
        sendOthers("before");
        until(() -> outputs().size() == MESSAGES);
        assertThat(outputs()).containsExactlyElementsOf(expected);

        process.destroyForcibly().waitFor();
        send("a", WaitingInstance.SLOW + " 2");
        sendOthers("after");
        // Its stores are empty: what waits is read from the changelog.
        process = launched("another");
        until(() -> outputs().size() == 2 * MESSAGES);
        assertThat(outputs()).containsExactlyElementsOf(expected);

        Files.delete(away);
        expected.addAll(List.of(WaitingInstance.SLOW + " 1", "behind it", WaitingInstance.SLOW + " 2"));
        until(() -> outputs().size() == expected.size());
        assertThat(outputs()).containsExactlyElementsOf(expected);
    }

    private void sendOthers(String name) {
        for (int i = 0; i < MESSAGES; i++) {
            send("key-" + i % 7, name + " " + i);
            expected.add(name + " " + i);
        }
    }

    private void send(String key, String value) {
        writer.send(new ProducerRecord<>(prefix + ".in", text(key), text(value)))
                .join();
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Process launched(String stores) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        WaitingInstance.class.getName(),
                        kafka.bootstrapServers(),
                        prefix,
                        folder.resolve(stores).toString(),
                        away.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("waiting.log").toFile()))
                .start();
    }

    /** Everything committed now. */
    private List<String> outputs() {
        TopicPartition out = new TopicPartition(prefix + ".out", 0);
        List<String> values = new ArrayList<>();
        try (LogReader reader = log.reader()) {
            reader.assign(List.of(out));
            reader.seek(out, 0);
            long end = reader.highWatermarks(Set.of(out)).getOrDefault(out, 0L);
            long patience = System.nanoTime() + LIMIT.toNanos();
            while (System.nanoTime() < patience && reader.position(out) < end) {
                reader.poll(Duration.ofMillis(50))
                        .forEach(record -> values.add(new String(record.value(), StandardCharsets.UTF_8)));
            }
        }
        return values;
    }

    private static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("within %s", LIMIT).isLessThan(end);
        }
    }
}
