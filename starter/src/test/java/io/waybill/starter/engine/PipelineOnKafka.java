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
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** A broker of its own, the topics of one pipeline, and processes of the operating system that run it. */
final class PipelineOnKafka implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final Path folder;
    private final String prefix;
    private final EmbeddedKafka kafka;
    private final KafkaLog log;
    private final LogWriter writer;
    private final List<Process> processes = new ArrayList<>();

    /** @param partitions of the topic that the pipeline reads; it writes to one partition */
    PipelineOnKafka(Path folder, String name, int partitions) throws IOException {
        this.folder = folder;
        prefix = name + "-" + UUID.randomUUID();
        kafka = EmbeddedKafka.start(folder.resolve("kafka"));
        log = new KafkaLog(KafkaLogOptions.of(kafka.bootstrapServers()));
        writer = log.writer();
        log.admin()
                .create(List.of(
                        new TopicSpec(prefix + ".in", partitions, Map.of()),
                        new TopicSpec(prefix + ".out", 1, Map.of())));
    }

    String prefix() {
        return prefix;
    }

    /**
     * A process with its stores in a folder of this name.
     *
     * @param main is told the broker, the prefix of topics, the folder of its stores, and these
     */
    Process launch(Class<?> main, String stores, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName(),
                kafka.bootstrapServers(),
                prefix,
                folder.resolve(stores).toString()));
        command.addAll(List.of(more));
        Process launched = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("processes.log").toFile()))
                .start();
        processes.add(launched);
        return launched;
    }

    /** To the only partition that the pipeline reads. */
    void send(String key, String value) {
        send(new ProducerRecord<>(prefix + ".in", bytes(key), bytes(value)));
    }

    /** To one of the partitions that the pipeline reads. */
    void send(int partition, String value) {
        send(new ProducerRecord<>(prefix + ".in", partition, null, bytes(value)));
    }

    void send(ProducerRecord<byte[], byte[]> record) {
        writer.send(record).join();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** What the pipeline has written and committed by now, in order. */
    List<String> outputs() {
        return outputsWhile(() -> true);
    }

    /** The same, as far as it was read while this held: what a dead writer left open is waited for until it is ended. */
    List<String> outputsWhile(BooleanSupplier condition) {
        return read(prefix + ".out", 1, condition).stream()
                .map(value -> new String(value, StandardCharsets.UTF_8))
                .toList();
    }

    List<DeadLetterEvent> deadLetters() {
        return read(prefix + ".dead-letters", EngineOptions.DEFAULTS.outcomePartitions()).stream()
                .map(value -> LogFormats.decode(DeadLetterEvent.parser(), value, "dead letter"))
                .toList();
    }

    /** A person orders that a dead letter of the source stage runs as this text, with the key that it had. */
    void replay(DeadLetterEvent dead, String edited) {
        send(
                dead,
                order(dead, ReplayCommand.Action.REPLAY)
                        .setRevision(1)
                        .setPayload(ByteString.copyFromUtf8(edited))
                        .setKey(dead.getCaptured().getKey())
                        .setHasKey(dead.getCaptured().getHasKey()));
    }

    /** A person orders what is to become of a dead letter of the source stage without a run. */
    void decide(DeadLetterEvent dead, ReplayCommand.Action action) {
        send(dead, order(dead, action).setRequestedBy("operator").setReason("tried out"));
    }

    private static ReplayCommand.Builder order(DeadLetterEvent dead, ReplayCommand.Action action) {
        return ReplayCommand.newBuilder()
                .setReplayId("replay-" + UUID.randomUUID())
                .setDeadLetterId(dead.getDeadLetterId())
                .setTrackingId(dead.getTrackingId())
                .setAttempt(dead.getAttempt() + 1)
                .setAction(action);
    }

    private void send(DeadLetterEvent dead, ReplayCommand.Builder order) {
        String replays = new Topics(prefix).replays(dead.getPipeline(), dead.getStage());
        send(new ProducerRecord<>(replays, dead.getPartition(), null, LogFormats.encode(order.build())));
    }

    /** What is committed on the topic by now. */
    List<byte[]> read(String topic, int partitions) {
        return read(topic, partitions, () -> true);
    }

    private List<byte[]> read(String topic, int partitions, BooleanSupplier condition) {
        List<TopicPartition> all = IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
        List<byte[]> values = new ArrayList<>();
        try (LogReader reader = log.reader()) {
            reader.assign(all);
            all.forEach(partition -> reader.seek(partition, 0));
            Map<TopicPartition, Long> ends = reader.highWatermarks(all);
            long patience = System.nanoTime() + LIMIT.toNanos();
            while (System.nanoTime() < patience
                    && condition.getAsBoolean()
                    && ends.entrySet().stream().anyMatch(end -> reader.position(end.getKey()) < end.getValue())) {
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

    @Override
    public void close() {
        processes.forEach(Process::destroyForcibly);
        writer.close();
        log.close();
        kafka.close();
    }
}
