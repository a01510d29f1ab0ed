package io.waybill.testkit.store;

import io.waybill.store.LocalStore;
import io.waybill.store.LocalStoreException;
import io.waybill.store.LocalStores;
import io.waybill.testkit.sim.Machine;
import io.waybill.testkit.sim.Point;
import io.waybill.testkit.sim.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The local stores of one simulated machine. Its crash leaves of each store a prefix of the batches since the last close
 * and, independently, of the files that wait to be sealed;
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
            table.disk().end(random.nextInt(table.disk().waiting() + 1));
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

    /** What stands on the disk now, as a copy that time does not touch. */
    public Map<String, Table> image() {
        Map<String, Table> image = new TreeMap<>();
        disk.forEach((task, table) -> image.put(task, table.copied()));
        return image;
    }

    /** The disk as it once was; its processes are dead. */
    public void comeBackAs(Map<String, Table> image) {
        disk.clear();
        image.forEach((task, table) -> disk.put(task, table.copied()));
    }

    /**
     * What an open store holds.
     *
     * @return each column's rows in their order; null where nobody of this machine has the task open
     */
    public @Nullable Map<String, List<LocalStore.Entry>> content(TaskId task) {
        Table table = disk.get(task.toString());
        return table == null || !table.isOpen() ? null : content(table);
    }

    /** The same of a store that nobody need have open; empty where there is none. */
    public Map<String, List<LocalStore.Entry>> left(TaskId task) {
        Table table = disk.get(task.toString());
        return table == null ? Map.of() : content(table);
    }

    private static Map<String, List<LocalStore.Entry>> content(Table table) {
        Map<String, List<LocalStore.Entry>> content = new TreeMap<>();
        for (String column : table.columns()) {
            List<LocalStore.Entry> rows = new ArrayList<>();
            table.rows(column).forEach((key, value) -> rows.add(new LocalStore.Entry(key.clone(), value.clone())));
            content.put(column, rows);
        }
        return content;
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
