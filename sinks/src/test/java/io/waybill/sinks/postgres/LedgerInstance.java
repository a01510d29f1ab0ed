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
import io.waybill.pipeline.Text;
import io.waybill.store.rocksdb.RocksDbOptions;
import io.waybill.store.rocksdb.RocksDbStores;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A process with one processing thread that writes a topic to the ledger. Arguments: broker, prefix of topics, folder of
 * its stores, URL of the database, and the point of a checkpoint with rows at which it ends itself as kill -9 would, or
 * {@code NEVER}.
 */
final class LedgerInstance {

    static final String NEVER = "NEVER";
    static final int STATUS = 7;

    private LedgerInstance() {}

    public static void main(String[] arguments) throws InterruptedException {
        String prefix = arguments[1];
        KafkaLog log = new KafkaLog(KafkaLogOptions.of(arguments[0]).withGroupInstanceId("ledger"));
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
                        .thread(ports, "ledger"))
                .join();
    }

    private static Pipeline pipeline(String prefix, String url) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(url);
        dataSource.setUser("waybill");
        dataSource.setPassword("waybill");
        return Pipeline.named("books")
                .onFailure(FailurePolicy.deadLetter())
                .from(KafkaSource.topic(prefix + ".in").value(Text.serde()))
                .withoutDeduplication()
                .to("ledger", LedgerDatabase.sink(dataSource))
                .build();
    }

    private static Probe killer(String end) {
        AtomicBoolean hasRows = new AtomicBoolean();
        return (point, subject) -> {
            if (point == Probe.Point.PREPARED) {
                hasRows.set(true);
            }
            if (hasRows.get() && point.name().equals(end)) {
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
