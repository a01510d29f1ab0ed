package io.waybill.testkit.sim;

import java.util.ArrayList;
import java.util.List;

/** A simulated machine: the processes on it die together, and with them what they had not made durable. */
public final class Machine {

    private final String name;
    private final List<SimProcess> processes = new ArrayList<>();
    private final List<Runnable> disks = new ArrayList<>();

    Machine(String name) {
        this.name = name;
    }

    public String name() {
        return name;
    }

    /** Called at each crash, before anything else happens. */
    public void onCrash(Runnable listener) {
        disks.add(listener);
    }

    void add(SimProcess process) {
        processes.add(process);
    }

    List<SimProcess> crash() {
        List<SimProcess> victims = new ArrayList<>();
        for (SimProcess process : processes) {
            if (!process.isFinished() && !process.isDead()) {
                process.kill();
                victims.add(process);
            }
        }
        processes.clear();
        disks.forEach(Runnable::run);
        return victims;
    }
}
