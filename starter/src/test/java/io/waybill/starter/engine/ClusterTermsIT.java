package io.waybill.starter.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.embedded.EmbeddedKafka;
import io.waybill.engine.EngineOptions;
import io.waybill.log.LogAdmin.GroupTimes;
import io.waybill.log.LogAdmin.TopicSpec;
import io.waybill.log.LogAdmin.TransactionProtocol;
import io.waybill.log.LogWriter;
import io.waybill.log.kafka.GroupProtocol;
import io.waybill.log.kafka.KafkaLog;
import io.waybill.log.kafka.KafkaLogOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What a cluster can do that is not set up like ours, and what the start says of it. */
@ExtendWith(OutputCaptureExtension.class)
class ClusterTermsIT {

    /** As Kafka itself has them. */
    private static final Map<String, String> KAFKAS_TIMES = Map.of(
            "group.consumer.min.heartbeat.interval.ms", "5000",
            "group.consumer.heartbeat.interval.ms", "5000",
            "group.consumer.min.session.timeout.ms", "45000",
            "group.consumer.session.timeout.ms", "45000");

    /** Kafka's own values, but floors that let a group have better ones. */
    private static final Map<String, String> LOW_FLOORS = Map.of(
            "group.consumer.min.heartbeat.interval.ms", "500",
            "group.consumer.heartbeat.interval.ms", "5000",
            "group.consumer.min.session.timeout.ms", "6000",
            "group.consumer.session.timeout.ms", "45000",
            "group.consumer.assignment.interval.ms", "1000");

    @TempDir
    private Path folder;

    @Test
    void a_feature_that_is_not_raised_is_said_at_the_start_and_stops_nothing(CapturedOutput output) {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(
                        folder.resolve("kafka"), 0, 0, Map.of(), Map.of("transaction.version", (short) 1));
                KafkaLog log = new KafkaLog(KafkaLogOptions.of(kafka.bootstrapServers()))) {
            assertThat(log.admin().transactionProtocol()).isEqualTo(TransactionProtocol.NOT_RAISED);
            log.admin().create(List.of(new TopicSpec("old.in", 1, Map.of()), new TopicSpec("old.out", 1, Map.of())));

            try (EngineInstance instance = new EngineInstance(
                            "old",
                            KafkaLogOptions.of(kafka.bootstrapServers()),
                            EngineOptions.DEFAULTS,
                            folder.resolve("instance"),
                            item -> item);
                    LogWriter writer = log.writer()) {
                writer.send(new ProducerRecord<>("old.in", "text".getBytes(StandardCharsets.UTF_8)))
                        .join();
                LifeOnKafkaIT.until(instance::hasRun);
            }

            assertThat(output).contains("TRANSACTIONS_TOO_OLD").contains("upgrade --feature transaction.version=2");
        }
    }

    @Test
    void a_group_is_given_its_times_where_the_brokers_floors_allow_them() {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0, 0, LOW_FLOORS);
                KafkaLog log = newer(kafka)) {
            assertThat(log.admin().transactionProtocol()).isEqualTo(TransactionProtocol.CURRENT);
            GroupTimes agreed = log.admin().agreeOnTimes("some.group");

            assertThat(agreed)
                    .isEqualTo(new GroupTimes(Duration.ofSeconds(6), Duration.ofSeconds(6), Duration.ofMillis(500)));
            assertThat(log.admin().agreeOnTimes("some.group")).isEqualTo(agreed);
        }
    }

    @Test
    void floors_that_are_too_high_are_told() {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0, 0, KAFKAS_TIMES);
                KafkaLog log = newer(kafka)) {
            assertThat(log.admin().agreeOnTimes("some.group"))
                    .isEqualTo(new GroupTimes(Duration.ofSeconds(6), Duration.ofSeconds(45), Duration.ofSeconds(5)));
        }
    }

    private static KafkaLog newer(EmbeddedKafka kafka) {
        return new KafkaLog(KafkaLogOptions.of(kafka.bootstrapServers()).withGroupProtocol(GroupProtocol.CONSUMER));
    }
}
