package io.waybill.testkit.contract;

import io.waybill.log.Log;
import io.waybill.testkit.log.SimLog;
import io.waybill.testkit.sim.FaultPlan;
import io.waybill.testkit.sim.Simulation;
import java.util.Set;

/** The same contract with simulated groups that move partitions one by one, as Kafka's newer protocol does. */
class SimLogConsumerProtocolContractTest extends LogContract {

    private final Log log = new SimLog(new Simulation(1, FaultPlan.none()), Set.of(), true);

    @Override
    protected Log log() {
        return log;
    }
}
