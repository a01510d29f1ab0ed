package io.waybill.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.waybill.embedded.EmbeddedKafka;
import io.waybill.format.LogFormats;
import io.waybill.format.Topics;
import io.waybill.format.TrackingId;
import io.waybill.format.v1.Outcome;
import io.waybill.format.v1.OutcomeBlock;
import io.waybill.intake.Intake.Receipt;
import io.waybill.intake.Intake.Submission;
import io.waybill.intake.IntakeRefusedException.Code;
import io.waybill.log.LogAdmin.TopicDescription;
import io.waybill.log.LogAdmin.TopicSpec;
import io.waybill.log.LogReader;
import io.waybill.log.kafka.KafkaLog;
import io.waybill.log.kafka.KafkaLogOptions;
import io.waybill.pipeline.Bytes;
import io.waybill.pipeline.Deduplicate;
import io.waybill.pipeline.Headers;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.Pipeline;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The intake on a real broker. */
class LogIntakeIT {

    private static final int MAX_PAYLOAD = 16 << 20;
    private static final Topics TOPICS = new Topics("waybill");

    private static EmbeddedKafka kafka;
    private static KafkaLog log;
    private static LogIntake intake;

    @BeforeAll
    static void start(@TempDir Path folder) {
        kafka = EmbeddedKafka.start(folder);
        log = new KafkaLog(KafkaLogOptions.of(kafka.bootstrapServers()));
        Map<String, String> large = Map.of("max.message.bytes", Integer.toString(MAX_PAYLOAD + (1 << 20)));
        log.admin()
                .create(List.of(
                        new TopicSpec("orders.in", 3, large),
                        new TopicSpec("small.in", 1, Map.of("max.message.bytes", "5000")),
                        new TopicSpec(TOPICS.outcomes(), 2, Map.of())));
        intake = new LogIntake(
                log,
                TOPICS,
                List.of(pipeline("orders", "orders.in"), pipeline("small", "small.in"), pipeline("lost", "lost.in")),
                new IntakeLimits(MAX_PAYLOAD, Duration.ofSeconds(30)),
                Clock.systemUTC());
    }

    @AfterAll
    static void stop() {
        intake.close();
        log.close();
        kafka.close();
    }

    @Test
    void namesTheFlowAsWhoeverReadsItsRecordDoes() {
        Receipt receipt = submit("orders", "hello".getBytes(UTF_8));

        ConsumerRecord<byte[], byte[]> record = read(receipt);
        TopicDescription topic = Objects.requireNonNull(
                log.admin().describe(List.of("orders.in")).get("orders.in"));
        assertThat(record.value()).asString(UTF_8).isEqualTo("hello");
        assertThat(record.headers().lastHeader("Message-Id").value())
                .asString(UTF_8)
                .isEqualTo("A7");
        assertThat(receipt.trackingId())
                .isEqualTo(TrackingId.of(topic.id(), record.partition(), record.offset(), record.timestamp()));
    }

    @Test
    void sendsAResendToTheSamePartition() {
        Receipt first = submit("orders", "hello".getBytes(UTF_8));
        Receipt second = submit("orders", "hello".getBytes(UTF_8));

        assertThat(second.partition()).isEqualTo(first.partition());
        assertThat(second.trackingId()).isNotEqualTo(first.trackingId());
    }

    @Test
    void announcesTheFlowInItsPartitionOfTheOutcomes() {
        Receipt receipt = submit("orders", "hello".getBytes(UTF_8));

        TopicPartition partition =
                new TopicPartition(TOPICS.outcomes(), receipt.trackingId().partition(2));
        List<Outcome> announced = new ArrayList<>();
        try (LogReader reader = readingFrom(partition, 0)) {
            await().pollInSameThread().until(() -> {
                reader.poll(Duration.ofMillis(100)).forEach(record -> announced.addAll(outcomes(record)));
                return announced.stream()
                        .anyMatch(outcome ->
                                TrackingId.of(outcome.getTrackingId()).equals(receipt.trackingId()));
            });
        }
        assertThat(announced).allMatch(outcome -> outcome.getReceived().getByIntake());
    }

    @Test
    void takesTheLargestPayload() {
        Receipt receipt = submit("orders", new byte[MAX_PAYLOAD]);

        assertThat(read(receipt).value()).hasSize(MAX_PAYLOAD);
    }

    @Test
    void refusesWhatItsTopicWouldNotTake() {
        assertThatExceptionOfType(IntakeRefusedException.class)
                .isThrownBy(() -> submit("small", new byte[5000]))
                .matches(e -> e.code() == Code.PAYLOAD_TOO_LARGE)
                .withMessageContaining("small.in");
    }

    @Test
    void saysThatItsTopicIsNotThere() {
        assertThatExceptionOfType(IntakeUnavailableException.class)
                .isThrownBy(() -> submit("lost", new byte[1]))
                .withMessageContaining("lost.in");
    }

    private static Receipt submit(String pipeline, byte[] payload) {
        Headers headers = Headers.NONE.with("Message-Id", "A7");
        return intake.submit(new Submission(pipeline, null, headers, payload));
    }

    private static ConsumerRecord<byte[], byte[]> read(Receipt receipt) {
        TopicPartition partition = new TopicPartition(receipt.topic(), receipt.partition());
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (LogReader reader = readingFrom(partition, receipt.offset())) {
            await().pollInSameThread().until(() -> {
                records.addAll(reader.poll(Duration.ofMillis(100)));
                return !records.isEmpty();
            });
        }
        return records.getFirst();
    }

    private static LogReader readingFrom(TopicPartition partition, long offset) {
        LogReader reader = log.reader();
        reader.assign(List.of(partition));
        reader.seek(partition, offset);
        return reader;
    }

    private static List<Outcome> outcomes(ConsumerRecord<byte[], byte[]> record) {
        return LogFormats.decode(OutcomeBlock.parser(), record.value(), record.topic())
                .getOutcomesList();
    }

    private static Pipeline pipeline(String name, String topic) {
        return Pipeline.named(name)
                .from(KafkaSource.topic(topic).value(Bytes.serde()))
                .deduplicate(Deduplicate.byMessageId().keyLocal())
                .build();
    }
}
