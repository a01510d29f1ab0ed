package io.waybill.testkit.contract;

import io.waybill.log.Log;
import io.waybill.testkit.log.SimLog;
import io.waybill.testkit.sim.FaultPlan;
import io.waybill.testkit.sim.Simulation;

/** The simulated log keeps the log's contract. */
class SimLogContractTest extends LogContract {

    private final Log log = new SimLog(new Simulation(1, FaultPlan.none()));

    @Override
    protected Log log() {
        return log;
    }
}
