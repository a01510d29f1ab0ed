package io.waybill.testkit.store;

import io.waybill.store.LocalFiles;
import io.waybill.store.LocalStore;
import io.waybill.store.StorePosition;
import io.waybill.testkit.sim.Point;
import io.waybill.testkit.sim.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/** An open store of a simulated machine. Reads take no turn; writes do, and faults love them. */
final class SimStore implements LocalStore {

    private static final Point APPLY = Point.local("store.apply", 30);
    private static final Point CLOSE = Point.local("store.close");

    private final Simulation simulation;
    private final Table table;
    private boolean closed;

    SimStore(Simulation simulation, Table table) {
        this.simulation = simulation;
        this.table = table;
    }

    @Override
    public byte @Nullable [] get(String column, byte[] key) {
        checkOpen();
        return copy(table.column(column).get(key));
    }

    @Override
    public List<byte @Nullable []> multiGet(String column, List<byte[]> keys) {
        checkOpen();
        List<byte @Nullable []> values = new ArrayList<>();
        for (byte[] key : keys) {
            values.add(copy(table.column(column).get(key)));
        }
        return values;
    }

    @Override
    public List<Entry> scan(String column, byte[] from, byte @Nullable [] to, int limit) {
        checkOpen();
        NavigableMap<byte[], byte[]> tail = table.column(column).tailMap(from, true);
        return (to == null ? tail : tail.headMap(to, false))
                .entrySet().stream()
                        .limit(limit)
                        .map(e -> new Entry(e.getKey().clone(), e.getValue().clone()))
                        .toList();
    }

    private static byte @Nullable [] copy(byte @Nullable [] value) {
        return value == null ? null : value.clone();
    }

    @Override
    public void apply(List<Change> changes, Map<String, StorePosition> positions) {
        checkOpen();
        simulation.run(APPLY, () -> table.apply(changes, positions));
    }

    @Override
    public Map<String, StorePosition> positions() {
        checkOpen();
        return table.positions();
    }

    @Override
    public LocalFiles files() {
        checkOpen();
        return new SimFiles(simulation, table.disk());
    }

    @Override
    public void close() {
        simulation.run(CLOSE, () -> {
            if (!closed) {
                closed = true;
                table.sync();
                table.disk().end(simulation.random().nextInt(table.disk().waiting() + 1));
                table.open(false);
            }
        });
    }

    private void checkOpen() {
        simulation.checkAlive();
        if (closed) {
            throw new IllegalStateException("expected an open store, but was closed");
        }
    }
}
