package io.waybill.benchmarks.contest;

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
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waybill as a contender: a pipeline with default settings, on the broker and RocksDB, until its JVM is told to end. */
public final class WaybillThreads {

    /** As many as every contender has. */
    public static final int THREADS = 2;

    private WaybillThreads() {}

    /**
     * @param prefix of Waybill's topics; the consumer group is the prefix, a dot, and the pipeline's name
     * @param folder for the local state
     */
    public static void run(String bootstrapServers, Path folder, String prefix, Pipeline pipeline, Probe probe)
            throws IOException, InterruptedException {
        Stop stop = new Stop();
        try (KafkaLog log = new KafkaLog(KafkaLogOptions.of(bootstrapServers));
                RocksDbStores stores = new RocksDbStores(RocksDbOptions.in(folder))) {
            Ports ports = new Ports(
                    log,
                    stores,
                    Clock.systemUTC(),
                    new SplittableRandom(),
                    stop,
                    DuplicateStore::open,
                    probe,
                    new ThreadCrew(),
                    new VirtualCalls());
            Engine.Prepared prepared = new Engine(new Topics(prefix), EngineOptions.DEFAULTS).prepare(pipeline, log);
            Thread[] threads = new Thread[THREADS];
            for (int i = 0; i < threads.length; i++) {
                threads[i] = Thread.ofPlatform().start(prepared.thread(ports, "thread-" + i));
            }
            ChildJvm.awaitEnd();
            stop.latch.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }

    /** The prefix in the name of a consumer group. */
    public static String prefixOf(String group) {
        return group.substring(0, group.indexOf('.'));
    }

    /** The pipeline's name in the name of a consumer group. */
    public static String pipelineOf(String group) {
        return group.substring(group.indexOf('.') + 1);
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
