package io.waybill.testkit.store;

import io.waybill.store.LocalStore;
import io.waybill.store.LocalStoreException;
import io.waybill.store.LocalStores;
import io.waybill.testkit.sim.Machine;
import io.waybill.testkit.sim.Point;
import io.waybill.testkit.sim.Simulation;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * The local stores of one simulated machine. Its crash leaves of each store a prefix of the batches since the last close;
 * one crash in eight takes the whole disk.
 */
public final class SimStores implements LocalStores {

    private static final Point OPEN = Point.local("store.open");
    private static final Point WIPE = Point.local("store.wipe");

    private final Simulation simulation;
    private final RandomGenerator random;
    private final Map<String, Table> disk = new TreeMap<>();

    public SimStores(Simulation simulation, Machine machine) {
        this.simulation = simulation;
        this.random = simulation.random();
        machine.onCrash(this::crash);
    }

    private void crash() {
        if (random.nextInt(8) == 0) {
            disk.clear();
        }
        for (Table table : disk.values()) {
            table.crash(random.nextInt(table.unsynced() + 1));
        }
    }

    @Override
    public LocalStore open(TaskId task) {
        return simulation.call(OPEN, () -> {
            Table table = disk.computeIfAbsent(task.toString(), t -> new Table());
            if (table.isOpen()) {
                throw held("open", task);
            }
            table.open(true);
            return new SimStore(simulation, table);
        });
    }

    @Override
    public void wipe(TaskId task) {
        simulation.run(WIPE, () -> {
            Table table = disk.get(task.toString());
            if (table != null && table.isOpen()) {
                throw held("wipe", task);
            }
            disk.remove(task.toString());
        });
    }

    private static LocalStoreException held(String what, TaskId task) {
        return new LocalStoreException(
                "expected the store of " + task + " closed, but another thread holds it open",
                new IllegalStateException("cannot " + what + " it"));
    }

    /** The stores belong to the machine and outlive the process that closes this. */
    @Override
    public void close() {
        simulation.checkAlive();
    }
}
