package io.waybill.tracking.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waybill.embedded.EmbeddedKafka;
import io.waybill.format.LogFormats;
import io.waybill.format.v1.FlowResult;
import io.waybill.format.v1.Result;
import io.waybill.format.v1.ResultBlock;
import io.waybill.log.LogAdmin.TopicSpec;
import io.waybill.log.LogWriter;
import io.waybill.log.kafka.KafkaLog;
import io.waybill.log.kafka.KafkaLogOptions;
import io.waybill.tracking.autoconfigure.TrackingDatabase;
import io.waybill.tracking.projection.Told;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The process that takes results from a real broker to a target is killed again and again: none is lost. */
class WebhookCrashIT {

    private static final String TOPIC = "waybill.results";
    private static final int PARTITIONS = 2;
    private static final int RESULTS = 1_000;
    private static final int KILLS = 3;
    private static final Duration LIMIT = Duration.ofMinutes(3);

    @RegisterExtension
    static final TrackingDatabase database = new TrackingDatabase();

    @TempDir
    private Path folder;

    private final List<Process> processes = new ArrayList<>();

    @Test
    void every_result_arrives_with_the_same_id_each_time_whenever_its_process_is_killed() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"));
                KafkaLog log = new KafkaLog(KafkaLogOptions.of(kafka.bootstrapServers()));
                // Some are refused at first, so that there are always some that wait.
                Receiver receiver = new Receiver((exchange, told) -> exchange.sendResponseHeaders(
                        Math.floorMod(told.header("webhook-timestamp").hashCode(), 5) == 0 ? 503 : 204, -1));
                LogWriter writer = log.writer()) {
            log.admin().create(List.of(new TopicSpec(TOPIC, PARTITIONS, Map.of())));
            Process process = launch(kafka, receiver);
            await().atMost(LIMIT)
                    .until(() -> database.jdbc()
                                    .sql("SELECT count(*) FROM waybill.webhook_target")
                                    .query(Integer.class)
                                    .single()
                            == 1);
            for (int n = 0; n < RESULTS; n++) {
                writer.send(new ProducerRecord<>(TOPIC, n % PARTITIONS, null, block(n)))
                        .join();
            }
            for (int kill = 1; kill <= KILLS; kill++) {
                int reached = kill * RESULTS / (KILLS + 1);
                await().atMost(LIMIT).until(() -> ids(receiver).size() >= reached);
                process.destroyForcibly().waitFor();
                process = launch(kafka, receiver);
            }
            await().atMost(LIMIT)
                    .until(() -> database.jdbc()
                                    .sql("SELECT count(*) FROM waybill.webhook_delivery WHERE state = 'DELIVERED'")
                                    .query(Integer.class)
                                    .single()
                            == RESULTS);

            Set<String> expected = IntStream.range(0, RESULTS)
                    .mapToObj(n -> "flow_" + Told.flow(n) + "_1")
                    .collect(Collectors.toSet());
            assertThat(ids(receiver)).isEqualTo(expected);
            Map<String, Set<String>> bodies = receiver.told().stream()
                    .collect(Collectors.groupingBy(
                            told -> told.header("webhook-id"),
                            Collectors.mapping(Receiver.Told::body, Collectors.toSet())));
            assertThat(bodies.values()).allSatisfy(body -> assertThat(body).hasSize(1));
        } finally {
            processes.forEach(Process::destroyForcibly);
        }
    }

    private static Set<String> ids(Receiver receiver) {
        return receiver.told().stream().map(told -> told.header("webhook-id")).collect(Collectors.toSet());
    }

    private static byte[] block(int n) {
        return LogFormats.encode(ResultBlock.newBuilder()
                .addResults(FlowResult.newBuilder()
                        .setTrackingId(Told.flow(n).toByteString())
                        .setResult(Result.ACK)
                        .setNumber(1)
                        .setLeaves(1)
                        .setSucceeded(1)
                        .setAtMs(Instant.now().plusSeconds(1).toEpochMilli())
                        .setPipeline("orders"))
                .build());
    }

    private Process launch(EmbeddedKafka kafka, Receiver receiver) throws IOException {
        Process launched = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx192m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        WebhookProcess.class.getName(),
                        kafka.bootstrapServers(),
                        TOPIC,
                        database.server().jdbcUrl(),
                        database.server().username(),
                        database.server().password(),
                        receiver.url().toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("processes.log").toFile()))
                .start();
        processes.add(launched);
        return launched;
    }
}
