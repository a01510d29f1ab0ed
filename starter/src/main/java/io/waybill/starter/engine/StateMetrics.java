package io.waybill.starter.engine;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.waybill.store.rocksdb.MemoryFigures;
import io.waybill.store.rocksdb.RocksDbStores;
import io.waybill.store.rocksdb.StoreFigures;
import java.util.Collection;
import java.util.function.ToLongFunction;

/** What local stores take: the shared memory of the process, and for each pipeline its open tasks together. */
final class StateMetrics implements MeterBinder {

    private static final String BYTES = "bytes";

    private final RocksDbStores stores;
    private final Collection<String> pipelines;

    StateMetrics(RocksDbStores stores, Collection<String> pipelines) {
        this.stores = stores;
        this.pipelines = pipelines;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        memory(registry, "budget", "what local stores may take together", MemoryFigures::budget);
        memory(registry, "used", "blocks, indexes, filters and unflushed writes", MemoryFigures::used);
        memory(registry, "pinned", "of what is used, what cannot be given up now", MemoryFigures::pinned);
        for (String pipeline : pipelines) {
            store(registry, pipeline, "memtables", "writes that are not on the disk yet", StoreFigures::memtables);
            store(
                    registry,
                    pipeline,
                    "pending.compaction",
                    "what RocksDB has still to rewrite",
                    StoreFigures::pendingCompaction);
            store(registry, pipeline, "sst", "RocksDB's files on the disk", StoreFigures::sstFiles);
            store(registry, pipeline, "files", "other files on the disk, with message ids", StoreFigures::files);
            Gauge.builder(
                            "waybill.state.stores",
                            stores,
                            open -> open.figures(pipeline).stores())
                    .tag("pipeline", pipeline)
                    .description("tasks whose local store is open")
                    .register(registry);
        }
    }

    private void memory(MeterRegistry registry, String name, String description, ToLongFunction<MemoryFigures> figure) {
        Gauge.builder("waybill.state.memory." + name, stores, open -> figure.applyAsLong(open.memory()))
                .baseUnit(BYTES)
                .description(description)
                .register(registry);
    }

    private void store(
            MeterRegistry registry,
            String pipeline,
            String name,
            String description,
            ToLongFunction<StoreFigures> figure) {
        Gauge.builder("waybill.state." + name, stores, open -> figure.applyAsLong(open.figures(pipeline)))
                .tag("pipeline", pipeline)
                .baseUnit(BYTES)
                .description(description)
                .register(registry);
    }
}
