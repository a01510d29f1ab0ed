package io.waybill.testkit.contract;

import io.waybill.log.kafka.GroupProtocol;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** A real broker keeps the log's contract: what the simulated log is held to is what Kafka does. */
class KafkaLogContractIT extends KafkaLogContract {

    KafkaLogContractIT(@TempDir Path folder) {
        super(folder, GroupProtocol.CLASSIC);
    }
}
