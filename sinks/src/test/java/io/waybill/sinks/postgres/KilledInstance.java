package io.waybill.sinks.postgres;

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
import io.waybill.pipeline.Pipeline;
import io.waybill.store.rocksdb.RocksDbOptions;
import io.waybill.store.rocksdb.RocksDbStores;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * What a process of {@link InstancesOnKafka} does: one processing thread that is killed, never stopped. Arguments: broker,
 * prefix of topics, folder of its stores, URL of the database, and the point at which it ends itself as kill -9 would.
 */
final class KilledInstance {

    static final int STATUS = 7;
    /** The point of one that does not end itself. */
    static final String NEVER = "NEVER";

    private static final String THREAD = "thread";

    private KilledInstance() {}

    /** @param pipeline of the prefix of its topics and the database */
    static void run(String[] arguments, BiFunction<String, DataSource, Pipeline> pipeline, Probe probe)
            throws InterruptedException {
        String prefix = arguments[1];
        // A topic that was deleted is given up soon.
        KafkaLog log = new KafkaLog(KafkaLogOptions.of(arguments[0])
                .withGroupInstanceId(THREAD)
                .withTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(10)));
        Ports ports = new Ports(
                log,
                new RocksDbStores(RocksDbOptions.in(Path.of(arguments[2]))),
                Clock.systemUTC(),
                new SecureRandom(),
                new Endless(),
                DuplicateStore::open,
                probe,
                new ThreadCrew(),
                new VirtualCalls());
        Thread.ofPlatform()
                .start(new Engine(new Topics(prefix), EngineOptions.DEFAULTS)
                        .prepare(pipeline.apply(prefix, database(arguments[3])), log)
                        .thread(ports, THREAD))
                .join();
    }

    private static DataSource database(String url) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(url);
        dataSource.setUser("waybill");
        dataSource.setPassword("waybill");
        return dataSource;
    }

    static String end(String[] arguments) {
        return arguments[4];
    }

    static void halt() {
        Runtime.getRuntime().halt(STATUS);
    }

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
