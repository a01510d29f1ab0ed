package io.waybill.tracking.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waybill.audit.autoconfigure.AuditAutoConfiguration;
import io.waybill.embedded.EmbeddedKafka;
import io.waybill.format.Topics;
import io.waybill.format.v1.PartState;
import io.waybill.format.v1.Result;
import io.waybill.log.Log;
import io.waybill.log.LogAdmin.TopicSpec;
import io.waybill.log.TransactionalWriter;
import io.waybill.log.kafka.KafkaLog;
import io.waybill.log.kafka.KafkaLogOptions;
import io.waybill.tracking.FlowQueries;
import io.waybill.tracking.FlowQueries.FlowStatus;
import io.waybill.tracking.projection.Told;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class OutcomesFromKafkaIT {

    @RegisterExtension
    static final TrackingDatabase database = new TrackingDatabase();

    @TempDir
    Path folder;

    @Test
    void whatAnEngineCommitsIsProjectedAndNothingElse() {
        Topics topics = new Topics("waybill");
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder);
                KafkaLog log = new KafkaLog(KafkaLogOptions.of(kafka.bootstrapServers()))) {
            new ApplicationContextRunner()
                    .withConfiguration(
                            AutoConfigurations.of(AuditAutoConfiguration.class, TrackingAutoConfiguration.class))
                    .withBean(DataSource.class, database::dataSource, bean -> bean.setDestroyMethodName(""))
                    .withBean(Topics.class, () -> topics)
                    .withBean(Log.class, () -> log, bean -> bean.setDestroyMethodName(""))
                    .run(context -> {
                        FlowQueries flows = context.getBean(FlowQueries.class);
                        log.admin()
                                .create(List.of(
                                        new TopicSpec(topics.outcomes(), 2, Map.of()),
                                        new TopicSpec(topics.incidents(), 1, Map.of())));
                        try (TransactionalWriter engine = log.transactionalWriter("engine", Duration.ofSeconds(30))) {
                            engine.initTransactions();
                            checkpoint(engine, topics, 1, true);
                            checkpoint(engine, topics, 2, false);
                            checkpoint(engine, topics, 3, true);
                        }

                        await().atMost(Duration.ofSeconds(60))
                                .until(() -> flows.flow(Told.flow(3)).isPresent()
                                        && flows.lag().records() == 0);
                        assertThat(flows.counts(Instant.EPOCH)).containsEntry(FlowStatus.ACK, 2L);
                        assertThat(flows.flow(Told.flow(2))).isEmpty();
                    });
        }
    }

    private static void checkpoint(TransactionalWriter engine, Topics topics, int flow, boolean commits) {
        engine.begin();
        byte[] block = Told.block(
                        0,
                        List.of(
                                Told.part(Told.flow(flow), PartState.PASSED, 0),
                                Told.result(Told.flow(flow), 1, Result.ACK, 1, 1)))
                .value();
        var sent = engine.send(
                new ProducerRecord<>(topics.outcomes(), Told.flow(flow).partition(2), null, block));
        engine.flush();
        assertThat(sent).isCompleted();
        if (commits) {
            engine.commit();
        } else {
            engine.abort();
        }
    }
}
