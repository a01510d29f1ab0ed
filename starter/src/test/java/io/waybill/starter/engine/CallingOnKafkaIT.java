package io.waybill.starter.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.embedded.EmbeddedKafka;
import io.waybill.log.LogAdmin.TopicSpec;
import io.waybill.log.LogReader;
import io.waybill.log.LogWriter;
import io.waybill.log.kafka.KafkaLog;
import io.waybill.log.kafka.KafkaLogOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages ask another system that does not answer, on a real broker and RocksDB, and their process is killed meanwhile. */
class CallingOnKafkaIT {

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int MESSAGES = 100;
    private static final int KEYS = 7;
    private static final int USUAL_CHECKPOINTS_MS = 100;
    private static final int RARE_CHECKPOINTS_MS = 10_000;

    @TempDir
    private Path folder;

    private final String prefix = "calling-" + UUID.randomUUID();
    private final List<String> expected = new ArrayList<>();
    private Path away;
    private Path list;
    private EmbeddedKafka kafka;
    private KafkaLog log;
    private LogWriter writer;
    private @Nullable Process process;

    @BeforeEach
    void start() throws IOException {
        away = Files.createFile(folder.resolve("away"));
        list = Files.createFile(folder.resolve("asked"));
        kafka = EmbeddedKafka.start(folder.resolve("kafka"));
        log = new KafkaLog(KafkaLogOptions.of(kafka.bootstrapServers()));
        writer = log.writer();
        log.admin()
                .create(List.of(
                        new TopicSpec(prefix + ".in", 1, Map.of()), new TopicSpec(prefix + ".out", 1, Map.of())));
    }

    @AfterEach
    void stop() {
        if (process != null) {
            process.destroyForcibly();
        }
        writer.close();
        log.close();
        kafka.close();
    }

    @Test
    void a_call_that_is_not_answered_stops_neither_other_keys_nor_checkpoints_also_where_its_process_is_killed()
            throws Exception {
        process = launched("one", USUAL_CHECKPOINTS_MS);
        send("a", CallingInstance.SLOW + " 1");
        send("a", "behind it");
        sendOthers("before");
        until(() -> outputs().size() == MESSAGES);
        assertThat(outputs()).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(asked()).containsOnlyOnce(CallingInstance.SLOW + " 1").doesNotContain("behind it");

        process.destroyForcibly().waitFor();
        send("a", CallingInstance.SLOW + " 2");
        sendOthers("after");
        // Its stores are empty: what waits is read from the changelog.
        process = launched("another", USUAL_CHECKPOINTS_MS);
        until(() -> outputs().size() == 2 * MESSAGES);
        assertThat(outputs()).containsExactlyInAnyOrderElementsOf(expected);
        until(() -> timesAsked(CallingInstance.SLOW + " 1") == 2);

        Files.delete(away);
        List<String> ofKey = List.of(CallingInstance.SLOW + " 1", "behind it", CallingInstance.SLOW + " 2");
        until(() -> outputs().size() == 2 * MESSAGES + ofKey.size());
        assertThat(outputs()).endsWith(ofKey.toArray(String[]::new)).doesNotHaveDuplicates();
        assertThat(outputs().subList(0, 2 * MESSAGES)).containsExactlyInAnyOrderElementsOf(expected);
        for (int key = 0; key < KEYS; key++) {
            String its = " " + key + "-";
            assertThat(outputs().stream().filter(value -> value.contains(its)))
                    .as("key %d", key)
                    .containsExactlyElementsOf(expected.stream()
                            .filter(value -> value.contains(its))
                            .toList());
        }
    }

    @Test
    void an_answer_wakes_a_thread_that_has_nothing_else_to_do() throws Exception {
        Files.delete(away);
        process = launched("one", RARE_CHECKPOINTS_MS);
        send("a", "first");
        until(() -> timesAsked("first") == 1);
        long begun = System.nanoTime();
        for (int i = 0; i < MESSAGES; i++) {
            send("a", "then " + i);
        }
        until(() -> timesAsked("then " + (MESSAGES - 1)) == 1);
        // One after the other, each called as soon as the one before was answered; no checkpoint ended a poll
        // meanwhile.
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofMillis(RARE_CHECKPOINTS_MS));
    }

    private List<String> asked() {
        try {
            return Files.readAllLines(list);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private long timesAsked(String item) {
        return asked().stream().filter(item::equals).count();
    }

    private void sendOthers(String name) {
        for (int i = 0; i < MESSAGES; i++) {
            String value = name + " " + i % KEYS + "-" + i;
            send("key-" + i % KEYS, value);
            expected.add(value);
        }
    }

    private void send(String key, String value) {
        writer.send(new ProducerRecord<>(prefix + ".in", text(key), text(value)))
                .join();
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Process launched(String stores, int checkpointMs) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CallingInstance.class.getName(),
                        kafka.bootstrapServers(),
                        prefix,
                        folder.resolve(stores).toString(),
                        away.toString(),
                        list.toString(),
                        String.valueOf(checkpointMs))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("calling.log").toFile()))
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
