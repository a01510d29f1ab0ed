package io.waybill.benchmarks.w;

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
import io.waybill.pipeline.Context;
import io.waybill.pipeline.Deduplicate;
import io.waybill.pipeline.KafkaSink;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.KeyedFlow;
import io.waybill.pipeline.KeyedProcess;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.Primitives;
import io.waybill.pipeline.ValueState;
import io.waybill.store.rocksdb.RocksDbOptions;
import io.waybill.store.rocksdb.RocksDbStores;
import java.time.Clock;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The job on Waybill with its default settings. */
final class WaybillJob {

    private WaybillJob() {}

    public static void main(String[] arguments) throws Exception {
        Job job = Job.of(arguments);
        // The consumer group is <prefix>.<pipeline>.
        int dot = job.group().indexOf('.');
        Topics topics = new Topics(job.group().substring(0, dot));
        Pipeline pipeline = pipeline(job.group().substring(dot + 1), job);
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
            Engine.Prepared prepared = new Engine(topics, EngineOptions.DEFAULTS).prepare(pipeline, log);
            Thread[] threads = new Thread[Job.THREADS];
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

    private static Pipeline pipeline(String name, Job job) {
        KeyedFlow<byte[], byte[]> once = Pipeline.named(name)
                .from(KafkaSource.topic(job.input()).value(Bytes.serde()))
                .deduplicate(Deduplicate.byMessageId().keyLocal())
                .keyedBySource(Bytes.serde());
        KeyedFlow<byte[], byte[]> done =
                job.counts() ? once.process("count", Count::new) : once.map("pass", value -> value);
        return done.to("out", KafkaSink.topic(job.output()).value(Bytes.serde()).key(Messages::keyIn, Bytes.serde()))
                .build();
    }

    private static final class Count extends KeyedProcess<byte[], byte[], byte[]> {

        private final ValueState<Long> count = valueState("count", Primitives.ofLong());

        @Override
        public void process(byte[] value, Context<byte[], byte[]> ctx) {
            long counted = count.getOr(0L) + 1;
            count.set(counted);
            ctx.emit(Messages.counted(value, counted));
        }
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
