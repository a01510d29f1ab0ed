package io.waybill.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.store.LocalStore;
import io.waybill.store.LocalStore.Change;
import io.waybill.store.LocalStores;
import io.waybill.store.LocalStores.TaskId;
import io.waybill.store.StorePosition;
import io.waybill.testkit.sim.FaultPlan;
import io.waybill.testkit.sim.Machine;
import io.waybill.testkit.sim.Simulation;
import io.waybill.testkit.store.SimStores;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

/** The simulated stores keep the stores' contract, and lose what a crash may lose. */
class SimStoresContractTest extends LocalStoreContract {

    private static final TaskId TASK = new TaskId("pipeline", "stage", 0);

    @Override
    protected LocalStores stores() {
        Simulation simulation = new Simulation(1, FaultPlan.none());
        return new SimStores(simulation, simulation.machine("machine"));
    }

    @Test
    void holdsAPrefixOfTheBatchesAfterACrash() {
        Set<Long> lengths = new TreeSet<>();
        for (long seed = 0; seed < 100; seed++) {
            lengths.add(survivorsOfThreeBatches(seed));
        }
        assertThat(lengths).containsExactly(0L, 1L, 2L, 3L);
    }

    /** Each batch moves the position by one and writes a row of its number. */
    private static long survivorsOfThreeBatches(long seed) {
        Simulation simulation = new Simulation(seed, FaultPlan.none());
        Machine machine = simulation.machine("machine");
        try (LocalStores stores = new SimStores(simulation, machine)) {
            LocalStore lost = stores.open(TASK);
            for (byte i = 1; i <= 3; i++) {
                lost.apply(
                        List.of(new Change("c", new byte[] {i}, new byte[] {i})),
                        Map.of("log", new StorePosition(Uuid.ONE_UUID, 0, i)));
            }
            simulation.crash(machine);
            try (LocalStore found = stores.open(TASK)) {
                StorePosition position = found.positions().get("log");
                long survivors = position == null ? 0 : position.nextOffset();
                assertThat(found.scan("c", new byte[0], 10)).hasSize((int) survivors);
                return survivors;
            }
        }
    }
}
