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
import io.waybill.pipeline.Flow;
import io.waybill.pipeline.KafkaSink;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.Text;
import io.waybill.store.rocksdb.RocksDbOptions;
import io.waybill.store.rocksdb.RocksDbStores;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** One instance of an application as far as the engine goes: a log, stores, and a processing thread of one pipeline. */
final class EngineInstance implements AutoCloseable {

    private final Queue<String> runs = new ConcurrentLinkedQueue<>();
    private final LatchStopSignal stop = new LatchStopSignal();
    private final KafkaLog log;
    private final RocksDbStores stores;
    private final Thread thread;

    /** @param prefix of Waybill's topics, and of the pipeline's {@code .in} and {@code .out} */
    EngineInstance(String prefix, KafkaLogOptions options, EngineOptions engine, Path folder, Work work) {
        this(prefix, options, engine, folder, work, null);
    }

    /** @param second what a second stage does with each item, keyed by the item; null: there is one stage */
    EngineInstance(
            String prefix,
            KafkaLogOptions options,
            EngineOptions engine,
            Path folder,
            Work work,
            @Nullable Work second) {
        this(prefix, options, engine, folder, FailurePolicy.deadLetter(), work, second);
    }

    EngineInstance(
            String prefix,
            KafkaLogOptions options,
            EngineOptions engine,
            Path folder,
            FailurePolicy policy,
            Work work,
            @Nullable Work second) {
        log = new KafkaLog(options);
        stores = new RocksDbStores(RocksDbOptions.in(folder));
        Ports ports = new Ports(
                log,
                stores,
                Clock.systemUTC(),
                new SecureRandom(),
                stop,
                DuplicateStore::open,
                Probe.NONE,
                new ThreadCrew(),
                new VirtualCalls());
        Flow<String> worked = Pipeline.named("life")
                .onFailure(policy)
                .from(KafkaSource.topic(prefix + ".in").value(Text.serde()))
                .withoutDeduplication()
                .map("work", item -> {
                    runs.add(item);
                    return work.on(item);
                });
        Flow<String> done = second == null
                ? worked
                : worked.keyBy("second", item -> item, Text.serde(), Text.serde())
                        .map("check", second::on);
        Pipeline pipeline = done.to("out", KafkaSink.topic(prefix + ".out").value(Text.serde()))
                .build();
        thread = Thread.ofPlatform()
                .daemon()
                .start(new Engine(new Topics(prefix), engine)
                        .prepare(pipeline, log)
                        .thread(ports, folder.getFileName().toString()));
    }

    boolean hasRun() {
        return !runs.isEmpty();
    }

    /** How often the operator was called with it. */
    long runs(String item) {
        return runs.stream().filter(item::equals).count();
    }

    @Override
    public void close() {
        if (stop.requested()) {
            return;
        }
        stop.request();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        stores.close();
        log.close();
    }

    interface Work {
        String on(String item) throws Exception;
    }
}
