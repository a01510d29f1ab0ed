package io.waybill.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a broker promised before it was killed, the next one keeps. */
class EmbeddedKafkaCrashIT {

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String TOPIC = "payments";
    private static final byte[] VALUE = "promised".getBytes(UTF_8);

    /** Kafka's own: the killed one is taken for alive until long after its successor could work. */
    private static final Map<String, String> LONG_SESSION = Map.of("broker.session.timeout.ms", "9000");

    @TempDir
    Path folder;

    /** At the first commit of a young broker its markers are not written yet when the commit is acknowledged. */
    @Test
    void a_commit_that_was_acknowledged_at_the_moment_of_kill_9_is_there_for_readers() throws Exception {
        int port = Ports.claim("test", 0, "test");
        KafkaProbe probe = new KafkaProbe("127.0.0.1:" + port);
        Path data = folder.resolve("data");
        Process child = ChildJvm.start(
                BrokerApp.class, folder.resolve("child.log"), List.of(data.toString(), Integer.toString(port)));
        try {
            await().atMost(PATIENCE).ignoreExceptions().until(() -> {
                probe.createTopic(TOPIC);
                return true;
            });
            killAtTheCommit(probe.bootstrapServers(), child);
        } finally {
            child.destroyForcibly().waitFor();
        }

        try (EmbeddedKafka next = EmbeddedKafka.start(data, port, 0, LONG_SESSION)) {
            assertThat(new KafkaProbe(next.bootstrapServers()).values(TOPIC, 1)).containsExactly(VALUE);
        }
    }

    private static void killAtTheCommit(String bootstrapServers, Process broker) {
        Map<String, Object> settings = Map.of("bootstrap.servers", bootstrapServers, "transactional.id", "writer");
        var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        try {
            producer.initTransactions();
            producer.beginTransaction();
            var unused = producer.send(new ProducerRecord<>(TOPIC, VALUE));
            producer.commitTransaction();
            broker.destroyForcibly();
        } finally {
            producer.close(Duration.ZERO);
        }
    }
}
