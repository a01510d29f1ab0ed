package io.waybill.sinks.postgres;

import io.waybill.crew.ThreadCrew;
import io.waybill.dedup.DuplicateStore;
import io.waybill.engine.Engine;
import io.waybill.engine.EngineOptions;
import io.waybill.engine.Ports;
import io.waybill.engine.Probe;
import io.waybill.format.Topics;
import io.waybill.log.kafka.KafkaLog;
import io.waybill.log.kafka.KafkaLogOptions;
import io.waybill.pipeline.FailurePolicy;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.StagedSink;
import io.waybill.pipeline.Text;
import io.waybill.sinks.jdbc.JdbcTarget;
import io.waybill.store.rocksdb.RocksDbOptions;
import io.waybill.store.rocksdb.RocksDbStores;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A process with one processing thread that stages a topic for the ledger. Arguments: broker, prefix of topics, folder of
 * its stores, URL of the database, and the point at which it ends itself as kill -9 would, or {@code NEVER}.
 */
final class StagedInstance {

    static final String NEVER = "NEVER";
    static final String PIPELINE = "books";
    static final int STATUS = 7;

    private StagedInstance() {}

    public static void main(String[] arguments) throws InterruptedException {
        String prefix = arguments[1];
        KafkaLog log = new KafkaLog(KafkaLogOptions.of(arguments[0]).withGroupInstanceId("staged"));
        Ports ports = new Ports(
                log,
                new RocksDbStores(RocksDbOptions.in(Path.of(arguments[2]))),
                Clock.systemUTC(),
                new SecureRandom(),
                new Endless(),
                DuplicateStore::open,
                killer(arguments[4]),
                new ThreadCrew());
        Thread.ofPlatform()
                .start(new Engine(new Topics(prefix), EngineOptions.DEFAULTS)
                        .prepare(pipeline(prefix, arguments[3]), log)
                        .thread(ports, "staged"))
                .join();
    }

    private static Pipeline pipeline(String prefix, String url) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(url);
        dataSource.setUser("waybill");
        dataSource.setPassword("waybill");
        return Pipeline.named(PIPELINE)
                .onFailure(FailurePolicy.deadLetter())
                .from(KafkaSource.topic(prefix + ".in").value(Text.serde()))
                .withoutDeduplication()
                .to(
                        "ledger",
                        StagedSink.value(Text.serde())
                                .key(entry -> entry.substring(0, entry.indexOf('/')), Text.serde())
                                .into(JdbcTarget.of(
                                        dataSource,
                                        "INSERT INTO ledger (entry) VALUES (?)",
                                        (entry, values) -> values.add(entry))))
                .build();
    }

    private static Probe killer(String end) {
        return (point, subject) -> {
            if (point.name().equals(end)) {
                Runtime.getRuntime().halt(STATUS);
            }
        };
    }

    /** It is killed, never stopped. */
    private static final class Endless implements Ports.StopSignal {

        private final CountDownLatch never = new CountDownLatch(1);

        @Override
        public boolean requested() {
            return false;
        }

        @Override
        public boolean await(Duration time) {
            try {
                return never.await(time.toNanos(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return true;
            }
        }
    }
}
