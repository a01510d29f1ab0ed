package io.waybill.testkit.contract;

import io.waybill.embedded.EmbeddedKafka;
import io.waybill.log.Log;
import io.waybill.log.kafka.KafkaLog;
import io.waybill.log.kafka.KafkaLogOptions;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A real broker keeps the log's contract: what the simulated log is held to is what Kafka does. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KafkaLogContractIT extends LogContract {

    private final EmbeddedKafka kafka;
    private final KafkaLog log;

    KafkaLogContractIT(@TempDir Path folder) {
        kafka = EmbeddedKafka.start(folder);
        log = new KafkaLog(KafkaLogOptions.of(kafka.bootstrapServers()));
    }

    @Override
    protected Log log() {
        return log;
    }

    @AfterAll
    void stop() {
        log.close();
        kafka.close();
    }
}
