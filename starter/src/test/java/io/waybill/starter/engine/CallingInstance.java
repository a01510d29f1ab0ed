package io.waybill.starter.engine;

import io.waybill.crew.ThreadCrew;
import io.waybill.crew.VirtualCalls;
import io.waybill.dedup.DuplicateStore;
import io.waybill.engine.Engine;
import io.waybill.engine.EngineOptions;
import io.waybill.engine.Ports;
import io.waybill.engine.Probe;
import io.waybill.format.Topics;
import io.waybill.log.kafka.KafkaLog;
import io.waybill.log.kafka.KafkaLogOptions;
import io.waybill.pipeline.FailurePolicy;
import io.waybill.pipeline.KafkaSink;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.Text;
import io.waybill.store.rocksdb.RocksDbOptions;
import io.waybill.store.rocksdb.RocksDbStores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * A process that asks another system, which answers some messages only while a file is not there, and keeps a list of what it was
 * asked. Arguments: broker, prefix of topics, folder of its stores, that file, the list, milliseconds between checkpoints.
 */
final class CallingInstance {

    static final String SLOW = "slow";

    private CallingInstance() {}

    public static void main(String[] arguments) throws Exception {
        String prefix = arguments[1];
        Path away = Path.of(arguments[3]);
        Path asked = Path.of(arguments[4]);
        KafkaLog log = new KafkaLog(KafkaLogOptions.of(arguments[0]));
        Pipeline pipeline = Pipeline.named("life")
                .onFailure(FailurePolicy.retry(2).fixed(Duration.ofSeconds(1)).thenDeadLetter())
                .from(KafkaSource.topic(prefix + ".in").value(Text.serde()))
                .withoutDeduplication()
                .async("ask", item -> answer(item, away, asked), usual -> usual.timeout(Duration.ofMinutes(5)))
                .to("out", KafkaSink.topic(prefix + ".out").value(Text.serde()))
                .build();
        Ports ports = new Ports(
                log,
                new RocksDbStores(RocksDbOptions.in(Path.of(arguments[2]))),
                Clock.systemUTC(),
                new SecureRandom(),
                new LatchStopSignal(),
                DuplicateStore::open,
                Probe.NONE,
                new ThreadCrew(),
                new VirtualCalls());
        Thread.ofPlatform()
                .start(new Engine(new Topics(prefix), options(Integer.parseInt(arguments[5])))
                        .prepare(pipeline, log)
                        .thread(ports, "thread"))
                .join();
        new CountDownLatch(1).await();
    }

    private static String answer(String item, Path away, Path asked) throws IOException, InterruptedException {
        Files.writeString(asked, item + "\n", StandardOpenOption.APPEND);
        while (item.startsWith(SLOW) && Files.exists(away)) {
            Thread.sleep(10);
        }
        return item;
    }

    private static EngineOptions options(int checkpointMs) {
        EngineOptions usual = EngineOptions.DEFAULTS;
        return new EngineOptions(
                Duration.ofMillis(checkpointMs),
                usual.transactionTimeout(),
                usual.patience(),
                usual.recordDeadline(),
                usual.maxPayloadBytes(),
                usual.maxParts(),
                usual.maxEffectsBytes(),
                usual.maxCheckpointBytes(),
                usual.maxQueuedRecords(),
                usual.outcomePartitions(),
                usual.replicationFactor(),
                usual.olderBrokers(),
                usual.prepareBudget(),
                usual.uncleanExits(),
                usual.carefulRecords(),
                usual.maxWaitingRecords(),
                usual.maxWaitingOfKey(),
                usual.maxWaitingBytes(),
                usual.maxStagedRows());
    }
}
