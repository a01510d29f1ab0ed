package io.waybill.testkit.contract;

import io.waybill.log.kafka.GroupProtocol;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The same contract with groups of Kafka's newer protocol. */
class KafkaLogConsumerProtocolContractIT extends KafkaLogContract {

    KafkaLogConsumerProtocolContractIT(@TempDir Path folder) {
        super(folder, GroupProtocol.CONSUMER);
    }
}
