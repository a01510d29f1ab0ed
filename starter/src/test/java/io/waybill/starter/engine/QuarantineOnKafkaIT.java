package io.waybill.starter.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.waybill.embedded.EmbeddedKafka;
import io.waybill.engine.EngineOptions;
import io.waybill.format.LogFormats;
import io.waybill.format.Topics;
import io.waybill.format.v1.DeadLetterEvent;
import io.waybill.format.v1.ReplayCommand;
import io.waybill.log.LogAdmin.TopicSpec;
import io.waybill.log.LogReader;
import io.waybill.log.LogWriter;
import io.waybill.log.kafka.KafkaLog;
import io.waybill.log.kafka.KafkaLogOptions;
import io.waybill.pipeline.Pipeline;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes of the operating system that a message ends, one after the other, on a real broker. */
class QuarantineOnKafkaIT {

    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final int MESSAGES = 200;

    @TempDir
    private Path folder;

    private final String prefix = "deadly-" + UUID.randomUUID();
    private EmbeddedKafka kafka;
    private KafkaLog log;
    private LogWriter writer;
    private Process process;

    @BeforeEach
    void start() throws IOException {
        kafka = EmbeddedKafka.start(folder.resolve("kafka"));
        log = new KafkaLog(KafkaLogOptions.of(kafka.bootstrapServers()));
        writer = log.writer();
        log.admin()
                .create(List.of(
                        new TopicSpec(prefix + ".in", 2, Map.of()), new TopicSpec(prefix + ".out", 1, Map.of())));
        IntStream.range(0, MESSAGES).forEach(number -> send(prefix + ".in", number % 2, text("message " + number)));
        send(prefix + ".in", 0, text(DeadlyInstance.KILLER));
        IntStream.range(MESSAGES, 2 * MESSAGES)
                .forEach(number -> send(prefix + ".in", number % 2, text("message " + number)));
        process = launched();
    }

    @AfterEach
    void stop() {
        process.destroyForcibly();
        writer.close();
        log.close();
        kafka.close();
    }

    @Test
    void a_message_that_ends_four_processes_is_a_dead_letter_and_all_others_pass_once() throws Exception {
        int ended = 0;
        long limit = System.nanoTime() + LIMIT.toNanos();
        while (process.waitFor(200, TimeUnit.MILLISECONDS) || outputs().size() < 2 * MESSAGES) {
            assertThat(System.nanoTime()).as("within %s", LIMIT).isLessThan(limit);
            if (!process.isAlive()) {
                assertThat(process.exitValue()).isEqualTo(DeadlyInstance.STATUS);
                ended++;
                process = launched();
            }
        }

        assertThat(ended).isEqualTo(4);
        assertThat(outputs()).hasSize(2 * MESSAGES).doesNotHaveDuplicates().doesNotContain(DeadlyInstance.KILLER);
        DeadLetterEvent dead = deadLetters().getFirst();
        assertThat(dead.getCaptured().getErrorCode()).isEqualTo("QUARANTINED");
        assertThat(dead.getCaptured().getPayload().toStringUtf8()).isEqualTo(DeadlyInstance.KILLER);

        replayEdited(dead, "harmless");
        until(() -> outputs().contains("harmless"));
        assertThat(process.isAlive()).isTrue();
        assertThat(deadLetters()).filteredOn(DeadLetterEvent::hasResolved).hasSize(1);
    }

    private Process launched() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DeadlyInstance.class.getName(),
                        kafka.bootstrapServers(),
                        prefix,
                        folder.resolve("stores").toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("deadly.log").toFile()))
                .start();
    }

    private void replayEdited(DeadLetterEvent dead, String edited) {
        ReplayCommand order = ReplayCommand.newBuilder()
                .setReplayId("replay")
                .setDeadLetterId(dead.getDeadLetterId())
                .setTrackingId(dead.getTrackingId())
                .setAttempt(dead.getAttempt() + 1)
                .setRevision(1)
                .setAction(ReplayCommand.Action.REPLAY)
                .setPayload(ByteString.copyFromUtf8(edited))
                .build();
        send(new Topics(prefix).replays("life", Pipeline.SOURCE_STAGE), dead.getPartition(), LogFormats.encode(order));
    }

    private void send(String topic, int partition, byte[] value) {
        writer.send(new ProducerRecord<>(topic, partition, null, value)).join();
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private List<String> outputs() {
        return read(prefix + ".out", 1).stream()
                .map(value -> new String(value, StandardCharsets.UTF_8))
                .toList();
    }

    private List<DeadLetterEvent> deadLetters() {
        return read(prefix + ".dead-letters", EngineOptions.DEFAULTS.outcomePartitions()).stream()
                .map(value -> LogFormats.decode(DeadLetterEvent.parser(), value, "dead letter"))
                .toList();
    }

    /** Everything committed on the topic now. */
    private List<byte[]> read(String topic, int partitions) {
        List<TopicPartition> all = IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
        List<byte[]> values = new ArrayList<>();
        try (LogReader reader = log.reader()) {
            reader.assign(all);
            all.forEach(partition -> reader.seek(partition, 0));
            var ends = reader.highWatermarks(all);
            long patience = System.nanoTime() + LIMIT.toNanos();
            while (System.nanoTime() < patience
                    && ends.entrySet().stream().anyMatch(end -> reader.position(end.getKey()) < end.getValue())) {
                reader.poll(Duration.ofMillis(50)).forEach(record -> values.add(record.value()));
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
