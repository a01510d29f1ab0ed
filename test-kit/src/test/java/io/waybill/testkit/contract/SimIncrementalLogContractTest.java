package io.waybill.testkit.contract;

import io.waybill.log.Log;
import io.waybill.testkit.log.SimLog;
import io.waybill.testkit.sim.FaultPlan;
import io.waybill.testkit.sim.Simulation;
import java.util.Set;

/** The simulated log keeps the log's contract, with groups that move partitions one by one. */
class SimIncrementalLogContractTest extends LogContract {

    private final Log log = new SimLog(new Simulation(1, FaultPlan.none()), Set.of(), true);

    @Override
    protected Log log() {
        return log;
    }
}
