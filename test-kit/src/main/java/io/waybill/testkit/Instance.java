package io.waybill.testkit;

import io.waybill.dedup.DuplicateStore;
import io.waybill.engine.Engine;
import io.waybill.engine.Ports;
import io.waybill.engine.Probe;
import io.waybill.store.LocalStore;
import io.waybill.store.LocalStores;
import io.waybill.testkit.log.SimLog;
import io.waybill.testkit.sim.Machine;
import io.waybill.testkit.sim.Simulation;
import io.waybill.testkit.store.SimStores;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/** One instance of the application: a processing thread of the real engine on a simulated machine. */
final class Instance {

    private final Simulation simulation;
    private final SimLog log;
    private Machine machine;
    private SimStores disk;
    private boolean up;
    private boolean stopping;
    private final Set<LocalStores.TaskId> opened = new HashSet<>();
    private int starts;
    private Instant startedAt;

    Instance(Simulation simulation, SimLog log) {
        this.simulation = simulation;
        this.log = log;
        this.machine = simulation.machine("machine-0");
        this.disk = new SimStores(simulation, machine);
        this.startedAt = simulation.now();
    }

    Instant startedAt() {
        return startedAt;
    }

    boolean isUp() {
        return up;
    }

    /** Whether it holds the store of this task, at least since its last failure. */
    boolean hasOpened(LocalStores.TaskId task) {
        return opened.contains(task);
    }

    void start(Engine.Prepared pipeline) {
        if (up) {
            throw PipelineTestException.up();
        }
        up = true;
        opened.clear();
        starts++;
        startedAt = simulation.now();
        Ports ports = new Ports(
                log,
                new Stores(disk),
                simulation.clock(),
                simulation.random(),
                new Stop(),
                DuplicateStore::open,
                Probe.NONE,
                new SimulatedCrew(simulation),
                new SimulatedCalls(simulation));
        simulation.start(machine, "instance-" + starts, () -> {
            pipeline.thread(ports, "thread-1").run();
            up = false;
        });
    }

    void crash() {
        if (!up) {
            throw PipelineTestException.down();
        }
        up = false;
        simulation.crash(machine);
    }

    /** Asks it to end in good order; it is down when it has. */
    void stop() {
        stopping = true;
        simulation.changed();
    }

    /** Whoever is started next finds nothing on its disk. */
    void replaceMachine() {
        machine = simulation.machine("machine-" + starts);
        disk = new SimStores(simulation, machine);
    }

    private final class Stores implements LocalStores {

        private final LocalStores stores;

        Stores(LocalStores stores) {
            this.stores = stores;
        }

        @Override
        public LocalStore open(TaskId task) {
            LocalStore store = stores.open(task);
            opened.add(task);
            return store;
        }

        @Override
        public void wipe(TaskId task) {
            stores.wipe(task);
        }

        @Override
        public void close() {
            stores.close();
        }
    }

    private final class Stop implements Ports.StopSignal {

        @Override
        public boolean requested() {
            simulation.checkAlive();
            return stopping;
        }

        @Override
        public boolean await(Duration time) {
            return simulation.await(time, () -> stopping);
        }
    }
}
