package io.waybill.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedKafkaIT {

    @TempDir
    Path folder;

    @Test
    void aRestartKeepsTopicsAndRecords() throws Exception {
        int port;
        try (EmbeddedKafka first = EmbeddedKafka.start(folder)) {
            port = first.port();
            KafkaProbe probe = new KafkaProbe(first.bootstrapServers());
            probe.createTopic("payments");
            probe.writeInTransaction("payments", "kept".getBytes(UTF_8));
        }
        try (EmbeddedKafka second = EmbeddedKafka.start(folder, port)) {
            KafkaProbe probe = new KafkaProbe(second.bootstrapServers());
            probe.writeInTransaction("payments", "added".getBytes(UTF_8));

            assertThat(probe.values("payments", 2)).containsExactly("kept".getBytes(UTF_8), "added".getBytes(UTF_8));
        }
    }

    @Test
    void aRecordOf24MegabytesPasses() throws Exception {
        byte[] large = new byte[24 * 1024 * 1024];
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder)) {
            KafkaProbe probe = new KafkaProbe(kafka.bootstrapServers());
            probe.createTopic("large");
            probe.writeInTransaction("large", large);

            assertThat(probe.values("large", 1))
                    .singleElement()
                    .satisfies(value -> assertThat(value).hasSize(large.length));
        }
    }

    @Test
    void aTakenPortIsRefusedByNameBeforeTheBrokerStarts() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> EmbeddedKafka.start(folder, taken.getLocalPort()))
                    .isInstanceOf(EmbeddedServerException.class)
                    .hasMessage(
                            "EMBEDDED_PORT_TAKEN: expected port %d on 127.0.0.1 to be free for the embedded Kafka,"
                                    + " but another process listens on it: stop that process, or set"
                                    + " waybill.embedded.kafka.port to a free port.",
                            taken.getLocalPort());
        }
    }

    @Test
    void aFolderInUseIsRefused() {
        try (EmbeddedKafka first = EmbeddedKafka.start(folder)) {
            assertThat(first.port()).isPositive();
            assertThatThrownBy(() -> EmbeddedKafka.start(folder))
                    .isInstanceOf(EmbeddedServerException.class)
                    .hasMessageContaining("this process itself is using it");
        }
    }

    @Test
    void closingTwiceIsHarmless() {
        EmbeddedKafka kafka = EmbeddedKafka.start(folder);
        kafka.close();
        kafka.close();
        EmbeddedKafka.start(folder).close();
    }
}
