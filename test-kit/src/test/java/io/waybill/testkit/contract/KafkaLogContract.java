package io.waybill.testkit.contract;

import io.waybill.embedded.EmbeddedKafka;
import io.waybill.log.Log;
import io.waybill.log.kafka.GroupProtocol;
import io.waybill.log.kafka.KafkaLog;
import io.waybill.log.kafka.KafkaLogOptions;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

/** One real broker for all tests of a class. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class KafkaLogContract extends LogContract {

    private final EmbeddedKafka kafka;
    private final KafkaLog log;

    KafkaLogContract(Path folder, GroupProtocol protocol) {
        kafka = EmbeddedKafka.start(folder);
        log = new KafkaLog(KafkaLogOptions.of(kafka.bootstrapServers()).withGroupProtocol(protocol));
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
