package io.waybill.benchmarks.dedup;

import io.waybill.dedup.DuplicateStore;
import io.waybill.engine.DuplicateFilter;
import io.waybill.engine.DuplicateFilter.Sighting;
import io.waybill.engine.DuplicateFilter.Verdict;
import io.waybill.format.TrackingId;
import io.waybill.format.v1.CheckpointId;
import io.waybill.pipeline.Deduplicate;
import io.waybill.store.LocalStore;
import io.waybill.store.LocalStores.TaskId;
import io.waybill.store.rocksdb.RocksDbOptions;
import io.waybill.store.rocksdb.RocksDbStores;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;

/**
 * {@code benchmarks/run dedup [random] [time-ordered] [ids present ...]}: accepts and releases new ids on one thread, one in twenty a resend of
 * an earlier one, in checkpoints of 4,000; with ids of the kinds that are named, random or growing with time, or with
 * both. Every verdict is checked.
 */
public final class DuplicateStoreBenchmark {

    private static final int CHECKPOINT = 4_000;
    private static final int MEASURED = 1_000_000;
    private static final int RESEND_EVERY = 20;
    /** As many as the engine looks up at once. */
    private static final int AHEAD = 64;

    private static final String RANDOM = "random";
    private static final String TIME_ORDERED = "time-ordered";
    private static final long NOW = 1_760_000_000_000L;
    private static final CheckpointId ID =
            CheckpointId.newBuilder().setSequence(1).build();

    private final boolean random;
    private final LocalStore store;
    private final DuplicateFilter filter;
    private final OpenState state;
    private final byte[] hash = new byte[32];
    private long next;
    private long blocks;
    private long blockBytes;

    private DuplicateStoreBenchmark(boolean random, LocalStore store) {
        this.random = random;
        this.store = store;
        this.state = new OpenState(store);
        this.filter = DuplicateStore.open(Deduplicate.byMessageId().keyLocal(), store, Uuid.ONE_UUID);
    }

    public static void main(String[] arguments) throws IOException {
        Set<String> kinds = new TreeSet<>();
        Set<Long> present = new TreeSet<>();
        for (String argument : arguments) {
            switch (argument) {
                case "" -> {}
                case RANDOM, TIME_ORDERED -> kinds.add(argument);
                default -> present.add(Long.parseLong(argument));
            }
        }
        for (String kind : kinds.isEmpty() ? List.of(TIME_ORDERED, RANDOM) : kinds) {
            run(kind.equals(RANDOM), present.isEmpty() ? List.of(0L, 10_000_000L) : present);
        }
    }

    private static void run(boolean random, Collection<Long> sizes) throws IOException {
        Path folder = Files.createTempDirectory("waybill-dedup");
        try (RocksDbStores stores = new RocksDbStores(RocksDbOptions.in(folder));
                LocalStore store = stores.open(new TaskId("benchmark", "source", 0))) {
            DuplicateStoreBenchmark benchmark = new DuplicateStoreBenchmark(random, store);
            for (long size : sizes) {
                benchmark.pass(size - benchmark.next);
                benchmark.measure();
            }
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(each);
            }
        }
    }

    private void measure() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long present = next;
        long bytesBefore = blockBytes;
        long cpu = threads.getCurrentThreadCpuTime();
        long begun = System.nanoTime();
        pass(MEASURED);
        double seconds = (System.nanoTime() - begun) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "%-12s %,11d present: %,9.0f ids/s, %.2f us of CPU per id on the thread, %.1f bytes per id on the log%n",
                random ? RANDOM : TIME_ORDERED,
                present,
                MEASURED / seconds,
                (threads.getCurrentThreadCpuTime() - cpu) / 1e3 / MEASURED,
                (double) (blockBytes - bytesBefore) / MEASURED);
    }

    private void pass(long count) {
        for (long end = next + Math.max(0, count); next < end; next++) {
            if (next % AHEAD == 0) {
                state.readAhead(DuplicateFilter.IDS, idsFrom(next));
            }
            Verdict verdict = filter.accept(state, sighting(next));
            if (!(verdict instanceof Verdict.First)) {
                throw new IllegalStateException("id %d is new, but the verdict is %s".formatted(next, verdict));
            }
            filter.release(state, id(next), flow(next), NOW);
            if (next % RESEND_EVERY == RESEND_EVERY - 1) {
                resend(Long.remainderUnsigned(mix(next), next));
            }
            if (next % CHECKPOINT == CHECKPOINT - 1) {
                checkpoint();
            }
        }
    }

    private List<byte[]> idsFrom(long first) {
        return LongStream.range(first, first + AHEAD)
                .mapToObj(number -> id(number).getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    private void resend(long earlier) {
        Sighting again = new Sighting(id(earlier), hash, flow(-1), "in", 0, next, NOW);
        if (!(filter.accept(state, again) instanceof Verdict.Duplicate duplicate)
                || !duplicate.first().equals(flow(earlier))) {
            throw new IllegalStateException("id %d was resent and not recognised".formatted(earlier));
        }
    }

    private void checkpoint() {
        for (byte[] block : filter.drain(state.take(DuplicateFilter.IDS), state, ID, NOW)) {
            blocks++;
            blockBytes += block.length;
        }
        filter.committed(blocks, NOW);
        store.apply(state.takeAll(), Map.of());
        state.forget();
    }

    private Sighting sighting(long number) {
        return new Sighting(id(number), hash, flow(number), "in", 0, number, NOW);
    }

    private String id(long number) {
        return HEX.toHexDigits(random ? mix(number) : number);
    }

    private static TrackingId flow(long number) {
        return new TrackingId(new UUID(NOW << 16 | 0x8000L, 0x8000_0000_0000_0000L | number));
    }

    private static final HexFormat HEX = HexFormat.of();

    /** SplitMix64's finalizer: a bijection, so no id comes twice. */
    private static long mix(long number) {
        long z = (number + 1) * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
