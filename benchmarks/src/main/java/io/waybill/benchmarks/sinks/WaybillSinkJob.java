package io.waybill.benchmarks.sinks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.waybill.benchmarks.w.ChildJvm;
import io.waybill.crew.ThreadCrew;
import io.waybill.dedup.DuplicateStore;
import io.waybill.engine.Engine;
import io.waybill.engine.EngineOptions;
import io.waybill.engine.Ports;
import io.waybill.format.Topics;
import io.waybill.log.kafka.KafkaLog;
import io.waybill.log.kafka.KafkaLogOptions;
import io.waybill.pipeline.Bytes;
import io.waybill.pipeline.Flow;
import io.waybill.pipeline.KafkaSink;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.StagedSink;
import io.waybill.sinks.files.FileSink;
import io.waybill.sinks.jdbc.JdbcTarget;
import io.waybill.sinks.postgres.PostgresSink;
import io.waybill.store.rocksdb.RocksDbOptions;
import io.waybill.store.rocksdb.RocksDbStores;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/** Each row exactly once, by one of Waybill's sinks with default settings. Says how long its checkpoints took when it ends. */
final class WaybillSinkJob {

    private static final int KEY_AT = 6;
    private static final int KEY_TO = 10;

    private WaybillSinkJob() {}

    public static void main(String[] arguments) throws Exception {
        SinkJob job = SinkJob.of(arguments);
        Stop stop = new Stop();
        CheckpointTimes times = new CheckpointTimes();
        // The consumer group is <prefix>.<pipeline>.
        int dot = job.group().indexOf('.');
        Topics topics = new Topics(job.group().substring(0, dot));
        try (KafkaLog log = new KafkaLog(KafkaLogOptions.of(job.bootstrapServers()));
                RocksDbStores stores = new RocksDbStores(RocksDbOptions.in(job.state()));
                HikariDataSource database = database(job.jdbcUrl())) {
            Ports ports = new Ports(
                    log,
                    stores,
                    Clock.systemUTC(),
                    new SplittableRandom(),
                    stop,
                    DuplicateStore::open,
                    times,
                    new ThreadCrew());
            Pipeline pipeline = pipeline(job.group().substring(dot + 1), job, database);
            Engine.Prepared prepared = new Engine(topics, EngineOptions.DEFAULTS).prepare(pipeline, log);
            Thread[] threads = new Thread[SinkJob.THREADS];
            for (int i = 0; i < threads.length; i++) {
                threads[i] = Thread.ofPlatform().start(prepared.thread(ports, "thread-" + i));
            }
            ChildJvm.awaitEnd();
            stop.latch.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
        }
        System.out.println(times.told());
    }

    private static HikariDataSource database(String url) {
        HikariConfig pool = new HikariConfig();
        pool.setJdbcUrl(url);
        pool.setUsername("waybill");
        pool.setPassword("waybill");
        return new HikariDataSource(pool);
    }

    private static Pipeline pipeline(String name, SinkJob job, DataSource database) {
        Flow<byte[]> rows = Pipeline.named(name)
                .from(KafkaSource.topic(SinkJob.INPUT).value(Bytes.serde()))
                .withoutDeduplication();
        Flow<byte[]> written = switch (job.contender()) {
            case TWO_PHASE_ROWS ->
                rows.to(
                        "target",
                        PostgresSink.<byte[]>into(
                                database,
                                SinkJob.INSERT,
                                (row, values) ->
                                        values.add(SinkRows.numberIn(row)).add(text(row))));
            case STAGED_ROWS ->
                rows.to(
                        "target",
                        StagedSink.value(Bytes.serde())
                                .key(row -> Arrays.copyOfRange(row, KEY_AT, KEY_TO), Bytes.serde())
                                .into(JdbcTarget.of(
                                        database,
                                        SinkJob.INSERT,
                                        (row, values) -> values.add(SinkRows.numberIn(row))
                                                .add(text(row)))));
            case TWO_PHASE_FILES -> rows.to("target", FileSink.into(job.folder(), (byte[] row) -> row));
            case TOPIC, JDBC_BATCH, FILE_WRITER ->
                rows.to("target", KafkaSink.topic(SinkJob.OUTPUT).value(Bytes.serde()));
        };
        return written.build();
    }

    private static String text(byte[] row) {
        return new String(row, StandardCharsets.US_ASCII);
    }

    private static final class Stop implements Ports.StopSignal {

        private final CountDownLatch latch = new CountDownLatch(1);

        @Override
        public boolean requested() {
            return latch.getCount() == 0;
        }

        @Override
        public boolean await(Duration time) {
            try {
                return latch.await(time.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return true;
            }
        }
    }
}
