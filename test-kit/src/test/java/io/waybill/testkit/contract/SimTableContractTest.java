package io.waybill.testkit.contract;

import io.waybill.sink.StagedTarget;
import io.waybill.testkit.sim.FaultPlan;
import io.waybill.testkit.sim.Simulation;
import io.waybill.testkit.sink.SimTable;
import java.util.List;

class SimTableContractTest extends StagedTargetContract {

    private static final String REFUSED = "refused";

    private final Simulation simulation = new Simulation(1, FaultPlan.none());
    private final SimTable table = new SimTable(simulation, simulation.random(), REFUSED::equals);

    @Override
    protected StagedTarget<String> target() {
        return table;
    }

    @Override
    protected List<String> applied() {
        return table.rows().stream().map(SimTable.Row::text).toList();
    }

    @Override
    protected String refused() {
        return REFUSED;
    }
}
