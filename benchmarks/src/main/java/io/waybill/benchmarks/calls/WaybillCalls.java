package io.waybill.benchmarks.calls;

import io.waybill.benchmarks.w.ChildJvm;
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
import io.waybill.pipeline.Bytes;
import io.waybill.pipeline.KafkaSink;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.Pipeline;
import io.waybill.store.rocksdb.RocksDbOptions;
import io.waybill.store.rocksdb.RocksDbStores;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The job on Waybill with its default settings: exactly once, but for the calls. */
final class WaybillCalls {

    private static final int THREADS = 2;

    private WaybillCalls() {}

    public static void main(String[] arguments) throws Exception {
        CallsJob job = CallsJob.of(arguments);
        // The consumer group is <prefix>.<pipeline>.
        int dot = job.group().indexOf('.');
        Pipeline pipeline = Pipeline.named(job.group().substring(dot + 1))
                .from(KafkaSource.topic(job.input()).value(Bytes.serde()))
                .withoutDeduplication()
                .async("ask", CallsJob::ask, usual -> usual.inFlight(CallsJob.IN_FLIGHT / CallsJob.PARTITIONS))
                .to("out", KafkaSink.topic(job.output()).value(Bytes.serde()).key(WaybillCalls::key, Bytes.serde()))
                .build();
        Stop stop = new Stop();
        try (KafkaLog log = new KafkaLog(KafkaLogOptions.of(job.bootstrapServers()));
                RocksDbStores stores = new RocksDbStores(RocksDbOptions.in(job.folder()))) {
            Ports ports = new Ports(
                    log,
                    stores,
                    Clock.systemUTC(),
                    new SplittableRandom(),
                    stop,
                    DuplicateStore::open,
                    Probe.NONE,
                    new ThreadCrew(),
                    new VirtualCalls());
            Engine.Prepared prepared = new Engine(new Topics(job.group().substring(0, dot)), EngineOptions.DEFAULTS)
                    .prepare(pipeline, log);
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

    private static byte[] key(byte[] value) {
        return Arrays.copyOf(value, Records.KEY_BYTES);
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
